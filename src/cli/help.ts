export const help = `Usage: rxjs-gemini <command> [options]

Commands
  ask [prompt…]            stream a reply of Gemini to the terminal; '-' reads the prompt from stdin
    -m, --model NAME       default: gemini-2.5-flash
    --base-url URL         another endpoint, e.g. that of 'rxjs-gemini emulator'
    --system TEXT          a system instruction
    --timeout SECONDS      how long the first words may take, default: 60
    --retries COUNT        how often a passing failure is tried again, default: 3
  emulator                 a local server that speaks Gemini's wire protocol
    -p, --port PORT        default: 8080; 0 takes a free one
    --host HOST            default: 127.0.0.1
    --pace MS              the time between chunks, default: a model's
    --replay FILE          answer with a recorded exchange
  --version, --help

The key is taken from GEMINI_API_KEY or GOOGLE_API_KEY; without one, ask starts the emulator, and Google's own endpoints
are not asked.
Only the reply goes to stdout. Exit codes: 0, 1 a failure, 2 a wrong command line, 130 cancelled by Ctrl-C.`;
