import { compatibility } from './compatibility.js';
import { conversations } from './conversations.js';
import { docComments } from './docComments.js';
import { errors } from './errors.js';
import type { Expectations } from './expectation.js';
import { frontEnds } from './frontEnds.js';
import { interactions } from './interactions.js';
import { live } from './live.js';
import { migrating } from './migrating.js';
import { operators } from './operators.js';
import { readme } from './readme.js';
import { scale } from './scale.js';
import { security } from './security.js';
import { skill } from './skill.js';
import { start } from './start.js';
import { testing } from './testing.js';
import { wire } from './wire.js';

/** THE TABLE: the results of all examples. A test fails while one is missing, and shows what the example prints. */
export const expectations: Expectations = {
  ...compatibility,
  ...conversations,
  ...docComments,
  ...errors,
  ...frontEnds,
  ...interactions,
  ...live,
  ...migrating,
  ...operators,
  ...readme,
  ...scale,
  ...security,
  ...skill,
  ...start,
  ...testing,
  ...wire,
};
