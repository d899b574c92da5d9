// Long work on the server, whoever started it: read when a page opens and again whenever the server tells that it went on.
import { computed, onBeforeUnmount, onMounted, ref } from "vue";
import { api, type Job } from "./api";
import { on } from "./live";
import { kLanguageNames, t } from "./words";

const all = ref<Job[]>([]);
const atWork = (job: Job): boolean => job.state === "waiting" || job.state === "running";

export const titleOf = (outline: string): string => { const told = t(`ui.outline.${outline}`); return told.startsWith("ui_") ? outline : told; };
// A report's title is its outline and language; those of imports are for people already.
export function nameOf(job: Job): string {
  const parts = /^(\S+) \((\S+)\)$/.exec(job.title);
  if (job.do === "import") return t("ui.job.import", { kind: job.title });
  return parts ? `${titleOf(parts[1]!)} (${kLanguageNames[parts[2]!] ?? parts[2]})` : job.title;
}
async function read(): Promise<void> {
  try { all.value = (await api.jobs()).jobs; } catch { /* the stream says when the server is back */ }
}
// eslint-disable-next-line @typescript-eslint/explicit-function-return-type
export function useJobs(ended: (job: Job) => void = () => {}) {
  const stops: (() => void)[] = [];
  onMounted(() => {
    void read();
    stops.push(on("again", () => void read()), on("job", async (event) => {
      const known = all.value.find((job) => job.id === event.id);
      if (known) Object.assign(known, { state: event.state, progress: event.progress });
      if (known && atWork(known)) return;
      await read();
      const job = all.value.find((one) => one.id === event.id);
      if (job && !atWork(job)) ended(job);
    }));
  });
  onBeforeUnmount(() => { for (const stop of stops) stop(); });
  return { running: computed(() => all.value.filter(atWork)), finished: computed(() => all.value.filter((job) => !atWork(job))), read };
}
