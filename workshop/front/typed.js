/* What people type, in whichever way their keyboard writes it: numbers in any digits, and how long a text is. */

const DIGIT = /\p{Nd}/u;
const BETWEEN = "[\\s.,'’٬]"; // what stands between thousands, in one language or another
const WHOLE = new RegExp(`^(?:\\d+|\\d{1,3}(?:(${BETWEEN})\\d{3})(?:\\1\\d{3})*|\\d{1,2}(?:(${BETWEEN})\\d{2})(?:\\2\\d{2})*\\2\\d{3})$`);

/** A digit of any script as 0 to 9: each script has its ten in a row, the nought first. */
function digit(sign) {
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(sign.codePointAt(0) - value - 1))) value++;
  return String(value);
}

/** The whole number that somebody typed ("120", "۱۲۰", "１２０", "1 200", "1.200"); null for none, NaN for what can't be read. */
export function whole(text) {
  const plain = text
    .normalize("NFKC")
    .trim()
    .replace(/\p{Nd}/gu, digit);
  if (!plain) return null;
  return WHOLE.test(plain) ? Number(plain.replace(/\D/g, "")) : Number.NaN;
}

/** How many characters a text has, counted as the server counts them (`kinds/text.py`). */
export const letters = (text) => [...text.normalize("NFC")].length;
