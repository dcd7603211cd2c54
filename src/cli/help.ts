export const help = `Usage: rxjs-gemini <command> [options]

Commands
  ask [prompt…]            stream a reply of Gemini to the terminal; '-' reads the prompt from stdin
    -m, --model NAME       default: gemini-2.5-flash
    --base-url URL         another endpoint, e.g. that of 'rxjs-gemini emulator'
    --system TEXT          a system instruction
    --timeout SECONDS      longest wait for the first words, default: 60
    --retries COUNT        most retries after a transient failure, default: 3; 0 with --background, where a
                           repeated request may start a second run
    --api NAME             generateContent (default) or interactions
    --agent NAME           an agent of the Interactions API instead of a model, e.g. for deep research
    --background           with --agent or --api interactions: the run needs no reader; prints its id, and continues
                           after Ctrl-C; no --timeout by default
    --follow ID            the reply of a run that has started; --after CURSOR continues where a reader stopped
  emulator                 run a local server that speaks Gemini's wire protocol
    -p, --port PORT        default: 8080; 0 for a free port
    --host HOST            default: 127.0.0.1
    --pace MS              time between chunks, default: that of a model
    --replay FILE          answer with a recording
    --seed NUMBER          other values of a schema, arguments and tables for the same prompts, default: 0
    --fail STATUS          answer with an error, e.g. 429 or 503
    --retry-delay MS       with --fail: the wait that the error asks for
    --drop-after CHUNKS    break the connection after so many chunks of a stream
    --every COUNT          with --fail or --drop-after: only one of so many requests, e.g. 5 for each fifth; with
                           both, in turn; default: 1, each request
  --version, --help

The API key is read from GEMINI_API_KEY or GOOGLE_API_KEY. Without a key, ask starts an emulator of its own, and calls
no endpoint of Google.
Only the reply is written to stdout. Exit codes: 0 success, 1 failure, 2 wrong command line, 130 cancelled by Ctrl-C.`;
