// What a page reads from the server: the answer, or the sentence that says why there is none, and another try.
import { getCurrentScope, onScopeDispose, ref, type Ref } from "vue";
import { ApiError } from "./api";
import { whenBack } from "./connection";
import { spoken, t } from "./words";

export interface Loading<T> { data: Ref<T | null>; failure: Ref<string>; read: () => Promise<void> }

export function sentence(problem: unknown): string {
  if (!(problem instanceof ApiError)) throw problem;
  if (problem.status === 0) return t("ui.no_server");
  if (problem.status === 401) return t("ui.session_over");
  // What has a place stands beside its field; the rest is said here.
  const told = [problem.problem.message, ...problem.problems.filter((one) => !one.pointer).map((one) => one.message).filter((text) => text !== problem.problem.message)];
  return spoken(told.filter(Boolean).join(" ")) || t("ui.failed", { status: problem.status });
}

export function useLoading<T>(what: () => Promise<T>): Loading<T> {
  const data = ref(null) as Ref<T | null>;
  const failure = ref("");
  let asked = 0;
  const read = async (): Promise<void> => {
    const mine = ++asked; // an answer that comes after a later question is not shown
    try {
      const got = await what();
      if (mine !== asked) return;
      data.value = got;
      failure.value = "";
    } catch (problem) {
      if (mine === asked) failure.value = sentence(problem);
    }
  };
  const stop = whenBack(() => { if (data.value || failure.value) void read(); }); // what was shown from memory, or not at all
  if (getCurrentScope()) onScopeDispose(stop);
  return { data, failure, read };
}
