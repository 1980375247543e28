/* What a run is called: its name, or for one that nobody named its data, its preset and what it does otherwise, in the reader's language, and
   when it was begun. */

const formats = new Map();

/** The time of day, with the date before it unless it is today's. */
function moment(seconds, language) {
  const [at, place] = [new Date(1000 * seconds), language === "zh" ? "zh-CN" : "en-GB"];
  const today = at.toDateString() === new Date().toDateString();
  const key = `${place} ${today}`;
  const clock = { hour: "2-digit", minute: "2-digit", hour12: false };
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(place, today ? clock : { ...clock, day: "numeric", month: "short" }));
  return formats.get(key).format(at);
}

/** The name of a run, or of its row. */
export function called(run, { t, language }) {
  return run.names ? [run.names[language()], moment(run.created, language())].join(t("train.comma")) : run.name;
}
