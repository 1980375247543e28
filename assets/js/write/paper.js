/* A digit of the page Digits as the closed world of the captions draws one: large, black, in the middle of the paper. */

import { upright } from "../parts/bitmap.js";
import { element } from "../parts/nodes.js";

const SIDE = 480; // pixels
const SHARE = 0.5; // of the paper's side that a net's 32 pixels take, so that the 20 written on are as long as a large digit's 15 of 48
const PAPER = "rgb(244 241 236)"; // in the middle of what ganapp/writing/drawing.py draws on

/** The picture of a digit, dark on white, laid on the paper: a data address. */
export async function onPaper(file) {
  const digit = await upright(file);
  const canvas = element("canvas", { width: SIDE, height: SIDE });
  const context = canvas.getContext("2d");
  context.fillStyle = PAPER;
  context.fillRect(0, 0, SIDE, SIDE);
  context.globalCompositeOperation = "multiply";
  context.imageSmoothingQuality = "high";
  context.drawImage(digit, (SIDE * (1 - SHARE)) / 2, (SIDE * (1 - SHARE)) / 2, SIDE * SHARE, SIDE * SHARE);
  digit.close();
  return canvas.toDataURL("image/png");
}
