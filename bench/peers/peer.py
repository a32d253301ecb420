"""What the programs of this folder share: one process for a network and a way to run it, asked from outside for its times.

A peer is called `PEER NETWORK WAY BATCH THREADS FOLDER_OF_NETWORKS_PY` and prints a line of JSON with its name and version, or with
`absent` where the framework is not installed or has no such network.  Then, for each line on standard input, it measures
once and prints the milliseconds, and the largest memory of the process in MB."""
import json, sys, time


def milliseconds(run):
    start = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - start)


def peak_mb():
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmHWM')) / 1024


def say(thing):
    print(json.dumps(thing), flush=True)


def serve(name, sides):
    """Sides: functions by key; `infer1_ms` is so short that the best of ten is taken."""
    for run in sides.values():                  # compilers work at the first call
        run()
    say({'name': name})
    for _ in sys.stdin:
        times = {key: min(milliseconds(run) for _ in range(10 if key == 'infer1_ms' else 1)) for key, run in sides.items()}
        say({**times, 'peak_rss_mb': peak_mb()})


def main(make_sides):
    """make_sides(network, way, batch, threads, folder) gives (name, sides), or raises ImportError or LookupError."""
    network, way, batch, threads, folder = sys.argv[1:]
    sys.path.insert(0, folder)
    try:
        name, sides = make_sides(network, way, int(batch), int(threads))
    except (AttributeError, ImportError, LookupError) as error:
        say({'absent': str(error)})
        return
    serve(name, sides)
