/* Requests to the server, and the errors when they fail. */

import { language, t } from "./words.js";

/** The sentence of an {error} answer in the present language. */
export const sentence = (error) => error[language()] ?? t(error.key);

/** A task was refused or could not be reached; `.sentence` follows the language, `.key` is the reason. */
export class TaskError extends Error {
  constructor(error) {
    super(error.en ?? error.key);
    this.name = "TaskError";
    this.key = error.key;
    this.error = error;
  }

  get sentence() {
    return sentence(this.error);
  }
}

const sentPictures = new Map(); // large pictures that the server has -> the name by which it knows each
const MOST = 4;

const named = (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, sentPictures.get(value) ?? value]));

function remember(fields, names = {}) {
  for (const [key, name] of Object.entries(names)) sentPictures.set(fields[key], name);
  while (sentPictures.size > MOST) sentPictures.delete(sentPictures.keys().next().value);
}

/** `ask(task, fields)`: like server.<task>(fields), but rejects with a TaskError when the task is refused or the server cannot be reached.
    A large picture is sent once and named in later requests, and sent again if the server has forgotten it. */
export const asker = (server) => async (task, fields = {}) => {
  let answer;
  try {
    answer = await server[task](named(fields));
    if (answer?.error?.key === "picture_forgotten") {
      sentPictures.clear();
      answer = await server[task](fields);
    }
  } catch (problem) {
    console.warn(`${task}: ${problem}`);
    throw new TaskError({ key: "frame.unreachable" });
  }
  if (typeof answer !== "object" || answer === null) throw new TaskError({ key: "frame.unreachable" }); // Gradio hides a failed request
  if (answer.error) throw new TaskError(answer.error);
  remember(fields, answer.sent);
  return answer;
};
