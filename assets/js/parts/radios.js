/** The radio group in a fieldset: `chosen(value)` on a choice; returns a function that shows a value (null: none). */
export function radios(fieldset, chosen) {
  fieldset.addEventListener("change", (event) => chosen(event.target.value));
  return (value) => {
    for (const input of fieldset.querySelectorAll("input")) input.checked = input.value === String(value);
  };
}
