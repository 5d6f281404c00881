/** Makes the `Date` header of answers, once a second: it is the same for thousands of them. */
export class AnswerDates {
  private second = Number.NaN;
  private text = "";

  at(epochMs: number): string {
    const second = Math.floor(epochMs / 1000);
    if (second !== this.second) {
      this.second = second;
      this.text = new Date(epochMs).toUTCString();
    }
    return this.text;
  }
}
