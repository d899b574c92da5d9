// Who else has this record open, and which field they are writing in.
import { computed, onBeforeUnmount, ref } from "vue";
import { api, type Present } from "./api";
import { on } from "./live";

const browser = crypto.randomUUID(); // this window
const kEvery = 10_000;

// eslint-disable-next-line @typescript-eslint/explicit-function-return-type
export function usePresence(kind: string, id: string | undefined) {
  const people = ref<Present[]>([]);
  const editing = ref("");
  if (id) {
    let over = false;
    const say = async (): Promise<void> => {
      try {
        const answer = await api.presence({ kind, id, browser, editing: editing.value });
        if (!over) people.value = answer.people;
      } catch { people.value = []; } // without a server nobody else is seen
    };
    const leave = (): void => { over = true; void api.presence({ kind, id, browser, gone: true }).catch(() => {}); };
    const stops = [
      on("presence", (event) => { if (event.kind === kind && event.id === id) people.value = event.people; }),
      on("again", () => void say()),
    ];
    const timer = setInterval(() => void say(), kEvery);
    void say();
    addEventListener("pagehide", leave);
    onBeforeUnmount(() => { clearInterval(timer); removeEventListener("pagehide", leave); for (const stop of stops) stop(); leave(); });
    watchFocus(editing, say);
  }
  const others = computed(() => people.value.filter((one) => one.browser !== browser));
  return { others, editing };
}

// The field that has the focus, by its name: "names.tg" is a part of "names".
function watchFocus(editing: { value: string }, say: () => Promise<void>): void {
  const look = (): void => {
    const field = document.activeElement?.closest<HTMLElement>("[data-field]")?.dataset.field ?? "";
    if (field === editing.value) return;
    editing.value = field;
    void say();
  };
  // Between two fields the focus is nowhere for a moment.
  const soon = (): void => { setTimeout(look, 50); };
  addEventListener("focusin", soon);
  addEventListener("focusout", soon);
  onBeforeUnmount(() => { removeEventListener("focusin", soon); removeEventListener("focusout", soon); });
}
