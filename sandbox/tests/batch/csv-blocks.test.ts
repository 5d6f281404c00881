/** A long manifest is read in blocks of whole lines: what is between quotes is never cut. */

import { expect } from "chai";
import { blocksOfLines } from "../../src/services/s3control/csv-blocks";

const blocks = (text: string, length: number) => [...blocksOfLines(text, length)];

describe("the blocks of a long manifest", () => {
  it("end with the first line that reaches their length", () => {
    // A line feed at the length itself ends the block, one before it does not.
    expect(blocks("ab\ncd\nef\ngh\n", 5)).to.deep.equal(["ab\ncd\n", "ef\ngh\n", ""]);
    expect(blocks("ab\ncd\nef\ngh\n", 6)).to.deep.equal(["ab\ncd\nef\n", "gh\n"]);
    expect(blocks("abcdef\ngh", 2)).to.deep.equal(["abcdef\n", "gh"]);
  });

  it("are counted anew from their own beginning", () => {
    expect(blocks("aaaa\nbb\ncc\ndd\n", 4)).to.deep.equal(["aaaa\n", "bb\ncc\n", "dd\n"]);
  });

  it("do not end within quotes, whatever is doubled there", () => {
    expect(blocks('a,"x\ny"\nb\n', 2)).to.deep.equal(['a,"x\ny"\n', "b\n"]);
    expect(blocks('a,"x""\ny"\nb\n', 2)).to.deep.equal(['a,"x""\ny"\n', "b\n"]);
    expect(blocks('"a\n\n\n"\nb', 1)).to.deep.equal(['"a\n\n\n"\n', "b"]);
  });

  it("are one where the text is short", () => {
    expect(blocks("", 5)).to.deep.equal([""]);
    expect([...blocksOfLines("bucket,key\n".repeat(10))]).to.have.length(1);
    expect([...blocksOfLines("bucket,key\n".repeat(60_000))]).to.have.length(3);
  });
});
