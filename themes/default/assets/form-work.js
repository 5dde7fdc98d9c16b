// The piece of work that stands for a person (ALTCHA v2), done beside the page. A counter is sought with which the
// derived key begins as it is asked for. One message comes in, a challenge; one goes out, the solution or nothing.
"use strict";

const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const solve = async ({ algorithm, cost, keyLength, keyPrefix, nonce, salt }) => {
  const [name, hash] = algorithm.split("/");
  if (name !== "PBKDF2") return null;
  const first = bytes(nonce);
  const password = new Uint8Array(first.length + 4);
  password.set(first);
  const number = new DataView(password.buffer, first.length);
  const how = { name, hash, salt: bytes(salt), iterations: cost };
  for (let counter = 0; counter < 2 ** 32; counter += 1) {
    number.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, name, false, ["deriveBits"]);
    const derivedKey = hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
  return null;
};

onmessage = ({ data }) => solve(data.parameters).catch(() => null).then((solution) => postMessage(solution));
