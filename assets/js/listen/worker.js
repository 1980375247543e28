/* Finds the samples of log-mel pictures beside the page: {turn, picture, shape, phase} -> {turn, samples, measured}. {turn, vocoder} comes once,
   before anything is asked of the vocoder. What fails is answered as {turn, failed}. */

import { measured } from "./measures.js";
import { shaped } from "./mel.js";
import { Vocoder } from "./vocoder.js";

let vocoder = null;

self.onmessage = ({ data }) => {
  const { turn } = data;
  try {
    if (data.vocoder) {
      vocoder = new Vocoder(data.vocoder);
      return self.postMessage({ turn });
    }
    const samples = shaped(data.picture, data.shape, data.phase === "vocoder" ? vocoder : null);
    return self.postMessage({ turn, samples, measured: measured(samples) }, [samples.buffer]);
  } catch (problem) {
    return self.postMessage({ turn, failed: problem.message });
  }
};
