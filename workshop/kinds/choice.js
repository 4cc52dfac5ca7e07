/* One of several options; the value is the option's key. */

import { activity } from "./frame.js";
import { radios } from "./parts.js";

export default activity({
  body: (frame, spec) => radios(spec.options, frame.heading, (key) => frame.choose(key)),
});
