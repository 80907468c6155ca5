"""The roll-up of a million items with reading them from PostgreSQL and writing back there what differs: a version is simulated,
a rate of it changed, and simulated again."""
import os
import subprocess
import sys
import time

from cost_stack import BUILD, KEPT, Client, metric, sql, stack

PLANT, RUNS = "BENCH", 3
IMPORT_WAIT_S = 180


def there():
    return int(sql("SELECT count(*) FROM (SELECT FROM routing WHERE plant_id = '%s' LIMIT 1) r" % PLANT)) > 0


def import_folder(folder):
    """On a slow machine the answer comes after the command's patience: then what matters is that it is there."""
    done = subprocess.run([str(BUILD / "bin" / "millrace"), "import", folder, "--plant", PLANT, "--config",
                           os.path.join(KEPT, "millrace.ini"), "--only", "items.csv,bom.csv,routing.csv,work_centers.csv,plant.csv"],
                          capture_output=True, text=True)
    began = time.monotonic()
    while done.returncode != 0 and not there():
        if time.monotonic() - began > IMPORT_WAIT_S:
            sys.exit("cost: import: %s" % done.stderr[:300])
        time.sleep(2)


def simulate(client, version, rate):
    client.call("Cost.SaveCostVersion", cost_version=version, lines=[{"kind": "labor_rate", "code": "W00", "value": rate}])
    return client.call("Cost.SimulateCostVersion", cost_version=version)


def measure():
    client, version = Client(PLANT), "V%d" % time.time()
    spent, reply = simulate(client, version, "33")
    metric("roll-up of %d items from PostgreSQL, all written back" % reply["items"], round(spent, 2), "s")
    sql("VACUUM (ANALYZE) cost_version_item")
    spent, changed = min((spent, reply["changed"]) for spent, reply in
                         (simulate(client, version, str(40 + turn)) for turn in range(RUNS)))
    metric("the same again after a rate: costs that differ", changed, "")
    metric("roll-up with reading and writing back the difference", round(spent, 2), "s", 8)


def fill(folder):
    """Unless an earlier run left it; folder makes the plant's, and says where."""
    if not there():
        import_folder(folder())
        sql("VACUUM (ANALYZE) item, bom, routing")


def run(folder):
    with stack(KEPT):
        fill(folder)
        sql("TRUNCATE cost_version_item")  # of earlier runs
        measure()
