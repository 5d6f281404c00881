import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/**", "**/dist/**", ".lockstep/**", ".cache/**"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    rules: {
      "no-console": "error",
      eqeqeq: "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      // `expect(x).to.be.true` is chai's way of asserting.
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
  {
    // They run before any loader does.
    files: ["**/*.cjs", "{bin,policy-pack}/*.js"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
