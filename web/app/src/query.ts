// What a page shows stands in its address, so that a link leads to exactly this view.
import { computed, type WritableComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

export function useQuery(name: string, otherwise: string): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => String(route.query[name] ?? otherwise),
    set: (value) => {
      const rest = Object.fromEntries(Object.entries(route.query).filter(([key]) => key !== name));
      void router.replace({ query: value && value !== otherwise ? { ...rest, [name]: value } : rest });
    },
  });
}
