/** The longest delay of a platform timer, in ms: about 24.8 days. A timer with a longer one fires at once. */
export const maxTimerDelay = 2 ** 31 - 1;
