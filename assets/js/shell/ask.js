/* A question to the server, and what is said when it cannot be answered. */

import { language, t } from "../words.js";

/** The sentence of an {error} answer in the present language. */
export const sentence = (error) => error[language()] ?? t(error.key);

/** A task that was refused or could not be reached; `.sentence` follows the language, `.key` names the reason. */
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

/** `ask(task, fields)`: like server.<task>(fields), but a refusal and an unreachable server reject with a TaskError. */
export const asker = (server) => async (task, fields = {}) => {
  let answer;
  try {
    answer = await server[task](fields);
  } catch (problem) {
    console.warn(`${task}: ${problem}`);
    throw new TaskError({ key: "frame.unreachable" });
  }
  if (typeof answer !== "object" || answer === null) throw new TaskError({ key: "frame.unreachable" }); // Gradio swallows a failed request
  if (answer.error) throw new TaskError(answer.error);
  return answer;
};
