import { createVuetify } from "vuetify";
import { aliases, mdi } from "vuetify/iconsets/mdi-svg";
import "vuetify/styles";

export const vuetify = createVuetify({
  icons: { defaultSet: "mdi", aliases, sets: { mdi } },
  locale: { locale: "en", rtl: { "fa-AF": true, ar: true } },
  theme: {
    defaultTheme: "calm",
    themes: {
      calm: {
        dark: false,
        colors: { primary: "#1F5673", secondary: "#5B4B8A", surface: "#FFFFFF", background: "#F5F6F8", error: "#A32020", warning: "#7A4B00", success: "#1E6B3A", info: "#1F5673" },
      },
    },
  },
  // What opens stands where it will stay at once: a finger that comes down while a list still grows into its place presses on
  // one line and lets go on another, which the browser takes for nothing.
  defaults: {
    VMenu: { transition: false },
    VDialog: { transition: false },
    VTextField: { variant: "outlined", density: "comfortable", hideDetails: "auto" },
    VTextarea: { variant: "outlined", density: "comfortable", hideDetails: "auto", autoGrow: true, rows: 3 },
    VSelect: { transition: false, variant: "outlined", density: "comfortable", hideDetails: "auto" },
    VAutocomplete: { transition: false, variant: "outlined", density: "comfortable", hideDetails: "auto" },
    VCombobox: { transition: false, variant: "outlined", density: "comfortable", hideDetails: "auto" },
    VCard: { variant: "flat" },
  },
});
