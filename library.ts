/** Lockstep as a library: what is declared (`lockstep/components`) and what is driven (`lockstep/automation`). */
export * from "./automation";
export * from "./components";
