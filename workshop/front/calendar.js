/* One entry for a calendar, as a file that is made in this browser: iCalendar, RFC 5545. Nothing is fetched or sent for it. */

import { random } from "./hash.js";

const LINE = 75; // octets in a line, at most (3.1)
const PRODUCT = "-//Interdependence workshop//Small brave steps//EN";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the signs that a value may not hold
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/g;

/** A text as a value (3.3.11): one line, without forbidden signs. */
export const escaped = (text) =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(CONTROL, " ")
    .replace(/[\\;,]/g, (sign) => `\\${sign}`)
    .replace(/\n/g, "\\n");

/** A line in pieces of at most 75 octets (3.1), never cut within a sign. */
export function folded(line) {
  const pieces = [""];
  let room = LINE;
  for (const sign of line) {
    const octets = new TextEncoder().encode(sign).length;
    if (octets > room) {
      pieces.push(" ");
      room = LINE - 1;
    }
    pieces[pieces.length - 1] += sign;
    room -= octets;
  }
  return pieces.join("\r\n");
}

const digits = (text) => text.replace(/[-:]/g, "");

/** The whole file. `day` "2026-11-27" and `time` "18:00" are those of the wall clock wherever the person is then:
 * floating time (3.3.5), so no list of time zones is needed. `now`: when it was made. */
export function entry({ day, time, title, note = "", now = new Date() }) {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    `PRODID:${PRODUCT}`,
    "BEGIN:VEVENT",
    `UID:${random(16)}`, // drawn for this entry, so that two files of one person can't be linked
    `DTSTAMP:${digits(now.toISOString().slice(0, 19))}Z`,
    `DTSTART:${digits(day)}T${digits(time.slice(0, 5))}00`,
    "DURATION:PT30M",
    `SUMMARY:${escaped(title)}`,
    ...(note ? [`DESCRIPTION:${escaped(note)}`] : []),
    "CLASS:PRIVATE",
    "TRANSP:TRANSPARENT", // it doesn't block the time for others
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** The day that is `days` from now, as a date field has it. */
export function later(days, now = new Date()) {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
