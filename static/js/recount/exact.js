// Fractions of whole numbers. No float decides anything here; `near` only says about how much it is.

/** @typedef {{n: bigint, d: bigint}} Fraction  d is above 0; not always in lowest terms */

/** @param {bigint | number} n @param {bigint | number} d @returns {Fraction} */
export const fraction = (n, d = 1n) => ({ n: BigInt(n), d: BigInt(d) });

export const compare = (one, other) => {
  const left = one.n * other.d;
  const right = other.n * one.d;
  return left < right ? -1 : left > right ? 1 : 0;
};

const gcd = (a, b) => {
  while (b) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
};

/** "28000000" or "1000/3", in lowest terms, as the published files write it. */
export function text({ n, d }) {
  const common = gcd(n, d);
  return common === d ? String(n / d) : `${n / common}/${d / common}`;
}

/** Reads "4/5", "7" or a whole number; null stays null. @returns {Fraction | null} */
export function read(written) {
  if (written === null || written === undefined) return null;
  const found = /^(-?\d+)(?:\/(\d+))?$/.exec(String(written));
  if (!found || found[2] === "0") throw new Error("bad-number");
  return fraction(found[1], found[2] || 1n);
}

/** The smallest whole number that is not below it. */
export const ceiling = ({ n, d }) => (n + d - 1n) / d;

const bits = (whole) => whole.toString(16).length * 4;

/** A float within 2**-52 of the truth, relatively. Positive fractions only. */
export function near(n, d) {
  const shift = 64 + bits(d) - bits(n);
  const whole = shift >= 0 ? (n << BigInt(shift)) / d : n / (d << BigInt(-shift));
  return Number(whole) * 2 ** -shift;
}
