import { createRouter, createWebHistory } from "vue-router";

// Filters live in the address, so that Back and a link work.
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", name: "home", component: () => import("./pages/HomePage.vue") },
    { path: "/page/:page", name: "page", component: () => import("./pages/AreaPage.vue"), props: true },
    { path: "/kind/:kind", name: "list", component: () => import("./pages/ListPage.vue"), props: true },
    { path: "/kind/:kind/new", name: "new", component: () => import("./pages/RecordPage.vue"), props: true },
    { path: "/kind/:kind/:id", name: "record", component: () => import("./pages/RecordPage.vue"), props: true },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
});
