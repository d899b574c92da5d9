import { createRouter, createWebHistory } from "vue-router";

// Filters live in the address, so that Back and a link work.
export const router = createRouter({
  history: createWebHistory(),
  // A page begins at its top; going back, where it was left. Filters and tabs change only the address.
  scrollBehavior: (to, from, left) => left ?? (to.path === from.path ? undefined : { top: 0 }),
  routes: [
    { path: "/", name: "home", component: () => import("./pages/HomePage.vue") },
    { path: "/page/:page", name: "page", component: () => import("./pages/AreaPage.vue"), props: true },
    { path: "/kind/:kind", name: "list", component: () => import("./pages/ListPage.vue"), props: true },
    { path: "/kind/:kind/import", name: "import", component: () => import("./pages/ImportPage.vue"), props: true },
    { path: "/plan/gantt", name: "gantt", component: () => import("./custom/GanttPage.vue") },
    { path: "/act/matrix", name: "matrix", component: () => import("./custom/MatrixPage.vue") },
    { path: "/act/budget", name: "budget", component: () => import("./custom/BudgetPage.vue") },
    { path: "/findings/check", name: "trace_check", component: () => import("./custom/TraceCheckPage.vue") },
    { path: "/partner-links", name: "partner_links", component: () => import("./pages/PartnerLinksPage.vue") },
    { path: "/link", name: "link", component: () => import("./pages/LinkPage.vue") },
    { path: "/me", name: "me", component: () => import("./pages/MePage.vue") },
    { path: "/people", name: "people", component: () => import("./pages/PeoplePage.vue") },
    { path: "/plan/terms", name: "terms", component: () => import("./custom/TermsPage.vue") },
    { path: "/coordinate/rounds", name: "rounds", component: () => import("./custom/RoundsPage.vue") },
    { path: "/products", name: "products", component: () => import("./pages/ProductsPage.vue") },
    { path: "/print/:kind/:id", name: "print", component: () => import("./pages/PrintPage.vue"), props: true },
    { path: "/kind/:kind/new", name: "new", component: () => import("./pages/RecordPage.vue"), props: true },
    { path: "/kind/:kind/:id", name: "record", component: () => import("./pages/RecordPage.vue"), props: true },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
});
