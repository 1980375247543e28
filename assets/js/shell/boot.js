/* Runs in the head, before anything is drawn: takes the stored language and tone, or else what the browser prefers. */
(() => {
  const carried = JSON.parse(document.getElementById("likeness").textContent);
  const stored = (key, allowed) => {
    try {
      const value = localStorage.getItem(`likeness-${key}`);
      return allowed.includes(value) ? value : null;
    } catch {
      return null; // storage is forbidden here
    }
  };
  const preferred = (navigator.languages?.[0] ?? navigator.language ?? "en").toLowerCase().startsWith("zh") ? "zh" : "en";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const state = { ...carried, language: stored("language", ["en", "zh"]) ?? preferred, tone: stored("tone", ["light", "dark"]) };
  state.apply = () => {
    const html = document.documentElement;
    const tone = state.tone ?? (dark.matches ? "dark" : "light");
    const lang = state.language === "zh" ? "zh-CN" : "en";
    if (html.lang !== lang) html.lang = lang;
    if (document.body && document.body.classList.contains("dark") !== (tone === "dark")) document.body.classList.toggle("dark", tone === "dark");
    const title = `${state.words[state.language][`${state.page}.name`]} | Likeness`;
    if (document.title !== title) document.title = title;
  };
  window.likeness = state;
  document.documentElement.dataset.wait = state.words[state.language]["frame.wait"]; // shown by a style sheet until the page is there
  // Gradio sets the tone, the language and the title by its own rules; the choice made here is put back.
  const watch = new MutationObserver(state.apply);
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["lang"], childList: true });
  const body = new MutationObserver(() => {
    if (!document.body) return;
    body.disconnect();
    watch.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    watch.observe(document.querySelector("title"), { childList: true });
    state.apply();
  });
  body.observe(document.documentElement, { childList: true });
  state.apply();
})();
