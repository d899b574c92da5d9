// One record under the hands of a person: what stands on the form, what the server has, and how the two come together.
import { computed, type InjectionKey, nextTick, onBeforeUnmount, reactive, ref, watch } from "vue";
import { takenOver } from "./alike";
import { api, ApiError, type KindDefinition, type Problem, type RecordData, type Value } from "./api";
import { useOnce } from "./once";
import { forget, keep, kept, type Typed } from "./unsaved";
import { whenBack } from "./connection";
import { isOwn, listen } from "./live";
import { sentence } from "./loading";
import { holds } from "./queue";
import { kindOf, may, nameOf } from "./store";
import { clockText, t } from "./words";

const kPause = 700; // milliseconds without a key before what was typed is sent
const same = (a: Value | undefined, b: Value | undefined): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

// The form around a field, for what begins at it.
export const kAround: InjectionKey<{ definition: KindDefinition; form: Record<string, Value> }> = Symbol("around");

// eslint-disable-next-line @typescript-eslint/explicit-function-return-type
export function useRecord(kind: string, id: string | undefined, prefill: Record<string, unknown> = {}) {
  const definition = computed(() => kindOf(kind));
  const record = ref<RecordData | null>(null);
  const form = reactive<Record<string, Value>>({ title: "" });  // "title" and every field
  const base: Record<string, Value> = { title: "" };            // what the form held when it last agreed with the server
  const problems = ref<Problem[]>([]);
  const said = ref("");
  const failure = ref("");
  const missing = ref(false); // the record could not be read at all
  const busy = ref(false);
  const theirs = ref<RecordData | null>(null); // what somebody else saved, where both changed the same field
  const conflicts = ref<string[]>([]);         // those fields
  const readOnly = computed(() => (definition.value?.made_by_program ?? true) || !(id ? record.value?.may?.includes("change") ?? may(kind, "change") : may(kind, "create")));
  const names = (): string[] => ["title", ...(definition.value?.fields ?? []).map((field) => field.name)];
  const changed = (): string[] => names().filter((name) => !same(form[name], base[name]));
  const at = (got: RecordData, name: string): Value => (name === "title" ? got.title : got.fields[name] ?? null);

  function take(got: RecordData, except: string[] = []): void {
    record.value = { ...record.value, ...got };
    for (const name of names()) {
      base[name] = at(got, name);
      if (!except.includes(name)) form[name] = base[name];
    }
  }
  function changes(): Typed {
    const out: Typed = {};
    for (const name of changed()) {
      if (name === "title") out.title = String(form.title ?? "");
      else (out.fields ??= {})[name] = form[name] ?? null;
    }
    return out;
  }
  const place = { kind, id: id ?? "new" };
  const once = id ? null : useOnce(place, changes, ({ title, fields }, key) => api.create(kind, title ?? "", fields ?? {}, key));
  // What the server had in a field when it was changed here, for fields in which somebody else wrote meanwhile: kept with
  // the draft until a person decides, so that opening the page again asks again.
  let before: Record<string, Value> = {};
  // A field that waits for a person goes on waiting, whatever comes in meanwhile: nobody has agreed to it.
  const agreed = (name: string): Value => (name in before ? before[name] : base[name]) ?? null;
  function ask(now: RecordData | null, waiting: Record<string, Value>): void {
    before = waiting;
    conflicts.value = Object.keys(waiting);
    theirs.value = conflicts.value.length ? now : null;
  }
  const keepDraft = (): void => {
    if (readOnly.value) return;
    if (once) once.remember();
    else keep(place, { ...changes(), base: Object.fromEntries(changed().map((name) => [name, agreed(name)])) });
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  function typed(): void {
    keepDraft();
    clearTimeout(timer);
    if (id) timer = setTimeout(() => void save(), kPause);
  }
  let missed = 0; // a version of somebody else that came while this one was being saved
  async function save(): Promise<void> {
    clearTimeout(timer);
    const names = changed();
    if (id && failure.value && !names.length && !busy.value && !theirs.value) {
      // What was wrong is as it was before: there is nothing left to save.
      failure.value = "";
      problems.value = [];
      keepDraft();
    }
    if (!id || busy.value || readOnly.value || !record.value || theirs.value || names.length === 0) return;
    busy.value = true;
    failure.value = "";
    const sent = changes();
    try {
      const got = await api.change(record.value, sent);
      record.value = { ...record.value, ...got };
      // What was sent is agreed, however the server writes it; a person who types on is not interrupted.
      for (const name of names) base[name] = name === "title" ? sent.title! : sent.fields![name] ?? null;
      problems.value = [];
      said.value = t("ui.saved_at", { time: clockText(new Date()) });
      await refresh();
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 412) await merge();
      else explain(problem);
    } finally {
      busy.value = false;
      keepDraft();
      if (missed > (record.value?.version ?? 0)) await merge();
    }
    // What was written meanwhile is sent, too, whatever became of what was sent before.
    if (changed().length && !theirs.value && (!failure.value || !same(changes() as Value, sent as Value))) typed();
  }
  // The buttons depend on what is filled in.
  async function refresh(): Promise<void> {
    const got = await api.show(kind, id!);
    if (got.version === record.value?.version) record.value = got;
  }
  function explain(problem: unknown): void {
    said.value = "";
    failure.value = problem instanceof ApiError && problem.status === 0 ? t("ui.kept_here") : sentence(problem);
    if (problem instanceof ApiError) {
      problems.value = problem.problems.length ? problem.problems : problem.problem.pointer ? [problem.problem] : [];
      if (problem.status === 0 || problem.status >= 500) retry();
    }
  }
  let again: ReturnType<typeof setTimeout> | undefined;
  function retry(): void {
    clearTimeout(again);
    if (id) again = setTimeout(() => void save(), 3000);
  }
  // Somebody else saved: their fields come in, ours stay; only where both changed the same one does a person decide.
  async function merge(): Promise<void> {
    try {
      const mine = changed();
      const now = await api.show(kind, id!);
      missed = 0;
      const both = mine.filter((name) => !same(at(now, name), agreed(name)) && !same(at(now, name), form[name]));
      ask(now, Object.fromEntries(both.map((name) => [name, agreed(name)])));
      take(now, mine);
      if (both.length) return;
      if (mine.length) typed();
    } catch (problem) {
      explain(problem);
    }
  }
  // One field after the other; with the last one the rest is saved.
  function settle(name: string, keepMine: boolean): void {
    if (!keepMine && theirs.value) form[name] = at(theirs.value, name);
    ask(theirs.value, Object.fromEntries(Object.entries(before).filter(([one]) => one !== name)));
    keepDraft();
    if (!theirs.value) void save();
  }
  const idle = (): Promise<void> => new Promise((done) => {
    const stop = watch(busy, (now) => { if (!now) { done(); void nextTick(() => stop()); } }, { immediate: true });
  });
  // Another step than typing: first what is typed is saved, then the step is taken and the record read again.
  async function act(what: () => Promise<unknown>): Promise<boolean> {
    await idle();
    await save();
    failure.value = "";
    try {
      await what();
      return true;
    } catch (problem) {
      explain(problem);
      return false;
    }
  }
  // What a blank form begins with: what the link to it brought along, and what the record that the link names declares alike.
  const origin = ref<{ title: string; taken: Record<string, Value> } | null>(null);
  let left = false;
  async function readOrigin(): Promise<void> {
    const field = definition.value?.fields.find((one) => one.refers_to && typeof prefill[one.name] === "string");
    const from = field && kindOf(field.refers_to);
    if (!from || !definition.value) return;
    try {
      const got = await api.show(from.name, String(prefill[field.name]));
      // Nobody waits for it before typing: what stands in the form by now stays, and a form that was sent is left alone.
      const free = Object.entries(takenOver(from, got.fields, definition.value)).filter(([name]) => !(name in prefill) && same(form[name], null));
      if (!free.length || busy.value || left) return;
      origin.value = { title: nameOf(got), taken: Object.fromEntries(free) };
      for (const [name, value] of free) form[name] = value;
    } catch { /* the form begins without it */ }
  }
  const blank = (name: string): Value => {
    const brought = name === "title" ? undefined : prefill[name];
    const field = definition.value?.fields.find((one) => one.name === name);
    if (!field || typeof brought !== "string") return name === "title" ? "" : origin.value?.taken[name] ?? null;
    return field.type === "references" ? [brought] : brought;
  };
  const begun = computed(() => !id && names().some((name) => !same(form[name], blank(name))));
  // The draft of a new record is dropped, with the request for it.
  function startAnew(): void {
    once!.anew();
    problems.value = [];
    said.value = failure.value = "";
    for (const name of names()) form[name] = blank(name);
    if (!origin.value) void readOrigin();
  }
  async function read(): Promise<void> {
    for (const name of names()) form[name] ??= base[name] ??= name === "title" ? "" : null;
    failure.value = "";
    missing.value = false;
    try {
      if (id) take(await api.show(kind, id));
    } catch (problem) {
      missing.value = true;
      return explain(problem);
    }
    if (!id) for (const name of names()) form[name] = blank(name);
    const draft = readOnly.value ? null : kept(place);
    if (!draft && !id) void readOrigin();
    if (!draft) return;
    if (draft.title !== undefined) form.title = draft.title;
    for (const [name, value] of Object.entries(draft.fields ?? {})) if (name in form) form[name] = value;
    said.value = t("ui.draft_back");
    if (!id) return;
    // Somebody else wrote in the same field since this was typed: a person decides.
    const both = Object.entries(draft.base ?? {}).filter(([name, was]) => !same(base[name], was) && !same(base[name], form[name]));
    ask(record.value, Object.fromEntries(both));
    if (!both.length) typed();
  }
  const stop = id
    ? listen((event) => {
        // What this window did itself, it reads itself.
        if (isOwn(event) || event.kind !== kind || event.id !== id || event.version <= (record.value?.version ?? 0)) return;
        if (busy.value) { missed = event.version; return; }
        said.value = t("ui.changed_by", { who: event.who });
        void merge();
      })
    : (): void => {};
  const release = readOnly.value ? (): void => {} : holds(place);
  const stopWaiting = whenBack(() => {
    if (missing.value) void read();
    else if (id) void (changed().length ? save() : merge());
  });
  onBeforeUnmount(() => {
    left = true;
    stop();
    stopWaiting();
    release();
    clearTimeout(again);
    void save(); // leaving the page does not wait for the pause
  });
  return { definition, record, form, problems, said, failure, missing, busy, theirs, conflicts, readOnly, changed, changes, typed, save, settle, act, read, refresh, merge, explain, forget: () => forget(place), take, begun, startAnew, origin, once };
}
