// Puts the query editor in the place of a text area with the id "query"; the form that it stands in works as before.
import Yasqe from "@zazuko/yasqe";

// The shipped completers ask services of other sites; this page asks nobody.
for (const name of Object.keys(Yasqe.Autocompleters ?? {})) delete Yasqe.Autocompleters[name];

const area = document.querySelector("textarea#query");
if (area) {
  const form = area.form;
  const holder = document.createElement("div");
  holder.id = "editor";
  area.after(holder);
  area.hidden = true;
  const editor = new Yasqe(holder, {
    value: area.value,
    autocompleters: [],
    persistenceId: null,
    createShareableLink: null,
    createShortLink: null,
    showQueryButton: false,
    resizeable: true,
    editorHeight: "340px",
    prefixes: JSON.parse(area.dataset.prefixes ?? "{}"),
    extraKeys: { "Ctrl-Enter": () => form.requestSubmit(), "Cmd-Enter": () => form.requestSubmit() },
  });
  const copy = () => { area.value = editor.getValue(); };
  editor.on("change", copy);
  form.addEventListener("submit", copy, { capture: true });
  area.closest("details")?.addEventListener("toggle", () => editor.refresh()); // it cannot measure what is not shown
  window.kgEditor = editor; // for the tests, and for the curious
}
