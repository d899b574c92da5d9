import { createApp } from "vue";
import App from "./App.vue";
import { takeToken } from "./api";
import { router } from "./router";
import { vuetify } from "./vuetify";
import { i18n } from "./words";
import "./style.css";

takeToken();
createApp(App).use(i18n).use(vuetify).use(router).mount("#app");
