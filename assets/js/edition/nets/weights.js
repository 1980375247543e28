/* Weights of nets on the way from one to another. */

/** Each number of one tensor times a factor. */
export const times = ({ data, dims }, factor) => ({ data: data.map((each) => each * factor), dims });

/** The tensor on the way from one to another of its shape. */
export const lerp = (one, other, share) => ({ data: one.data.map((each, i) => each + share * (other.data[i] - each)), dims: other.dims });
