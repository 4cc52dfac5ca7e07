/* Who has answered: the workshop, or something on the way that answers in its place. Each has its own reason. */

/** {said, reason}: what the workshop answered, or why that wasn't the workshop: portal, empty, gateway or between. */
export async function read(answer) {
  const text = await answer.text();
  try {
    const said = JSON.parse(text);
    if (typeof said?.message === "string" || typeof said?.go === "string") return { said };
  } catch {
    /* a page of somebody else's */
  }
  if (answer.status >= 500) return { reason: "gateway" };
  if (!answer.ok) return { reason: "between" };
  return { reason: text.trim() ? "portal" : "empty" };
}
