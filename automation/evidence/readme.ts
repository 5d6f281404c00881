import { FILES } from "./statement";

/** The file that each bundle has for whoever opens it with other tools. */
export const README = `Evidence of Lockstep
====================

This archive says what was found of copies in S3 that have to be there, whole and locked. It was signed by the holder of one key.
A signature shows who says it, and that nothing was changed since. It does not show that the signer saw rightly: dates, answers of
AWS and findings are the signer's word.

To check all of it, with Node 20 or newer and the signer's public key, which you need from the signer and not from this archive:

    lockstep evidence check BUNDLE --public-key public.pem
    node check-evidence.mjs BUNDLE public.pem

The second is a program of one file that is shipped with Lockstep (evidence/check-evidence.mjs), to be read before it is run.

What is in here
---------------

${FILES.statement}  the signed statement: an in-toto statement in a DSSE envelope, ECDSA on P-256 with SHA-256.
                     \`payload\` is base64 of JSON: a SHA-256 of every other file, the verdict with its counts, the hash
                     tree of the lines, and what the bundle does not prove.
${FILES.lines}         one JSON object a line: what became of one version at one vault.
${FILES.findings}        what stands beside the lines: protections lost, settings that differ, what the config accepts.
promises/            what was deployed, for each source; the verdict is held against it.
facts/               what else was read: configuration, protections, jobs, refused attempts.
trail/               digests and log files of CloudTrail, out of their compression, which ${FILES.trail} names: each digest is signed
                     with one of the keys there, RSA with SHA-256. A log file has other events of the account, too.
jobs/                manifests and reports of jobs as they were in S3, with their MD5s in ${FILES.jobs}.

By hand
-------

    tar xf BUNDLE
    sha256sum ${FILES.lines}        the digest under \`subject\` of the statement
    openssl pkey -pubin -in public.pem -outform DER | sha256sum        \`keyid\` of the envelope

The hash tree is that of RFC 6962: a leaf is SHA-256 of a zero byte and a line without its end. Lines of earlier reviews of the same
chain come before those of this one.
`;
