/* Who uses the page: a private key, which this browser makes once and keeps, and the password of the administrator, kept until the tab is
   closed. */

const KEY = "likeness-visitor";
const PASSWORD = "likeness-administrator";

/** 32 random letters. */
function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

function stored(storage, name) {
  try {
    return window[storage].getItem(name);
  } catch {
    return null;
  }
}

function keep(storage, name, value) {
  try {
    if (value) window[storage].setItem(name, value);
    else window[storage].removeItem(name);
    return true;
  } catch {
    return false;
  }
}

/** {key, kept}: kept is false if the browser forbids storage; then the key lasts until the tab is closed. */
export function visitor() {
  const known = stored("localStorage", KEY);
  if (known && known.length >= 20) return { key: known, kept: true };
  const key = fresh();
  return { key, kept: keep("localStorage", KEY, key) };
}

export const password = () => stored("sessionStorage", PASSWORD) ?? "";

export const rememberPassword = (value) => keep("sessionStorage", PASSWORD, value);

/** A random name for an upload. */
export const uploadId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
