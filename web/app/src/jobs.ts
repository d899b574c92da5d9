// Long work on the server: asked for its progress until it is done; other pages see it too.
import { reactive } from "vue";
import { api, type Job } from "./api";

export interface Running { id: string; name: string; state: Job["state"]; progress: number; error: string }
export const jobs = reactive({ running: [] as Running[], finished: [] as Running[] });
const kAsk = 1000;

export async function start(name: string, body: Record<string, unknown>, done: () => void): Promise<void> {
  const { id } = await api.startJob(body);
  jobs.running.push({ id, name, state: "waiting", progress: 0, error: "" });
  follow(jobs.running.at(-1)!, done);
}
function follow(job: Running, done: () => void): void {
  setTimeout(async () => {
    try {
      const now = await api.job(job.id);
      job.state = now.state;
      job.progress = now.progress ?? job.progress;
      job.error = now.error ? now.error.message : "";
    } catch { return follow(job, done); } // the server may come back
    if (job.state === "waiting" || job.state === "running") return follow(job, done);
    jobs.running = jobs.running.filter((one) => one.id !== job.id);
    jobs.finished.unshift(job);
    done();
  }, kAsk);
}
export const cancel = (id: string): Promise<void> => api.cancelJob(id);
