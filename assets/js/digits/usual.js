/* Written by scripts/usual_digits.py: by digit, the slant in degrees that a tenth of MNIST's digits are below, and a tenth
   above; the weight and width in pixels that a fifth are below, and a fifth above. */

export const USUAL = {
  slant: [[-2.59, 26.75], [-4.92, 31.02], [-12.94, 25.73], [-14.43, 22.42], [-19.04, 25.32], [-9.25, 32.95], [-13.86, 16.79], [-17.25, 19.34], [-7.7, 26.78], [-18.9, 17.61]],
  weight: [[2.09, 3.24], [1.95, 2.93], [1.96, 3.03], [1.87, 2.79], [1.87, 2.76], [1.74, 2.55], [1.9, 3.04], [1.91, 2.84], [1.85, 2.84], [1.83, 2.72]],
  width: [[13.37, 18.32], [3.79, 5.41], [12.94, 17.75], [11.05, 15.27], [11.46, 16.36], [11.51, 15.38], [10.41, 15.47], [11.19, 16.3], [9.89, 13.98], [9.98, 14.17]],
};
