// `npm run lint:types`: what only the types tell. It takes a minute or two, so that CI runs it and `npm run lint` does not.
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    // `examples/service` has packages of its own, which need not be there.
    ignores: [
      "**/node_modules/**",
      "**/dist/**",
      ".lockstep/**",
      ".cache/**",
      "examples/service/**",
    ],
  },
  {
    files: ["**/*.ts"],
    plugins: { "@typescript-eslint": tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    // Their reasons are for the other rules.
    linterOptions: { reportUnusedDisableDirectives: "off" },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      // A `default` is an answer to all the others.
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
);
