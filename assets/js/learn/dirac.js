/* The smallest GAN (Mescheder et al. 2018, section 2): all data at 0, the generator gives the number theta, D(x) = psi x. With the logistic
   loss f(t) = -log(1 + e^-t) and R1 of weight gamma both follow theta' = -psi f'(theta psi), psi' = theta f'(theta psi) - gamma psi. */

import { colours, fitted } from "./paint.js";

const REACH = 2;
const START = [1.4, 0];
const STEP = 0.02, STEPS = 1500;

const slope = ([theta, psi], gamma) => {
  const f = 1 / (1 + Math.exp(theta * psi));
  return [-psi * f, theta * f - gamma * psi];
};

/** Eigenvalues at the balance: -gamma / 2 +- root(gamma^2 / 4 - f'(0)^2), f'(0) = 1/2: {real, imaginary} of the slower one. */
function eigenvalue(gamma) {
  const inside = (gamma * gamma) / 4 - 0.25;
  return inside >= 0 ? { real: -gamma / 2 + Math.sqrt(inside), imaginary: 0 } : { real: gamma ? -gamma / 2 : 0, imaginary: Math.sqrt(-inside) };
}

/** Places on the way from START, by the fourth-order Runge-Kutta method. */
function path(gamma, start = START, steps = STEPS) {
  const add = (a, b, by) => a.map((value, i) => value + by * b[i]);
  const places = [start];
  for (let i = 0; i < steps; i++) {
    const here = places.at(-1), a = slope(here, gamma), b = slope(add(here, a, STEP / 2), gamma), c = slope(add(here, b, STEP / 2), gamma), d = slope(add(here, c, STEP), gamma);
    places.push(here.map((value, k) => value + (STEP / 6) * (a[k] + 2 * b[k] + 2 * c[k] + d[k])));
  }
  return places;
}

export class Dirac {
  constructor(tools, canvas, slider, output, said) {
    Object.assign(this, { tools, canvas, slider, output, said });
    slider.addEventListener("input", () => this.paint());
    tools.onTone(() => this.paint());
    tools.onLanguage(() => this.paint());
    new ResizeObserver(() => this.paint()).observe(canvas);
  }

  paint() {
    const gamma = Number(this.slider.value), { number, t } = this.tools;
    this.slider.parentElement.style.setProperty("--p", `${(gamma / 2) * 100}%`);
    this.output.textContent = number(gamma, 2);
    const { real, imaginary } = eigenvalue(gamma);
    const words = real === 0 ? "circles" : imaginary ? "spirals" : "straight";
    this.said.textContent = t(`learn.dirac.${words}`, { rate: number(real, 2).replace("-", "\u2212"), turn: number(imaginary, 2) });
    const { context, width, height } = fitted(this.canvas);
    if (!width) return;
    const tones = colours(), x = (value) => ((value + REACH) / (2 * REACH)) * width, y = (value) => height - ((value + REACH) / (2 * REACH)) * height;
    Object.assign(context, { strokeStyle: tones.edge.css, lineWidth: 1 });
    for (let i = -7; i <= 7; i++) {
      for (let j = -7; j <= 7; j++) {
        const place = [i / 4, j / 4].map((value) => value * 1.05), [u, v] = slope(place, gamma), length = Math.hypot(u, v) || 1, size = 9 * Math.min(1, length + 0.2);
        context.beginPath();
        context.moveTo(x(place[0]), y(place[1]));
        context.lineTo(x(place[0]) + (u / length) * size, y(place[1]) - (v / length) * size);
        context.stroke();
      }
    }
    Object.assign(context, { strokeStyle: tones.accent.css, lineWidth: 2 });
    context.beginPath();
    path(gamma).forEach(([theta, psi], i) => context[i ? "lineTo" : "moveTo"](x(theta), y(psi)));
    context.stroke();
    Object.assign(context, { fillStyle: tones["ink-2"].css, font: getComputedStyle(this.canvas).font });
    context.fillText("θ", width - 14, y(0) - 6);
    context.fillText("ψ", x(0) + 6, 14);
    context.fillStyle = tones.ink.css;
    context.beginPath();
    context.arc(x(0), y(0), 3, 0, 2 * Math.PI);
    context.fill();
  }
}
