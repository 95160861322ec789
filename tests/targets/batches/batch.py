"""A batch as a value, and what each event makes of it. Nothing here knows a clock, a store or a broker."""

OPEN = ("owed", "asked")


def begun(facts, players):
    """A new batch. `facts` are its ids and where it comes from."""
    listed = {name: {"state": "owed", "attempt": 1, "seen": []} for name in sorted(players)}
    return {**facts, "round": 1, "announced": 0, "players": listed}


def owed(batch):
    return sorted(name for name, player in batch["players"].items() if player["state"] == "owed")


def standing(batch):
    if owed(batch):
        return "starting"
    return "running" if is_open(batch) or batch["announced"] < batch["round"] else "complete"


def is_open(batch):
    return any(player["state"] in OPEN for player in batch["players"].values())


def is_due(batch):
    """Everybody has answered, and the round was not announced."""
    return not is_open(batch) and batch["announced"] < batch["round"]


def confirmed(batch, names):
    """The broker has the requests of these; who has answered meanwhile stays answered."""
    for name in names:
        if batch["players"][name]["state"] == "owed":
            batch["players"][name]["state"] = "asked"
    return batch


def answered(batch, result):
    """Count one result once."""
    player = batch["players"].get(result["player_lookup"])
    if result["batch_id"] != batch["batch_id"] or player is None or result["execution_id"] in player["seen"]:
        return batch
    is_late = result.get("attempt", player["attempt"]) < player["attempt"]
    if result["status"] == "success":
        player["state"] = "done"
    elif player["state"] in OPEN and not is_late:
        player["state"] = "lost"
    else:
        return batch
    player["seen"].append(result["execution_id"])
    return batch


def stragglers(batch, ready):
    """Who is ready now and has no prediction."""
    return sorted(name for name in ready if batch["players"].get(name, {"state": "new"})["state"] != "done")


def withdrawn(batch, ready):
    """Give up open players who are ready no longer."""
    for name, player in batch["players"].items():
        if player["state"] in OPEN and name not in ready:
            player["state"] = "lost"
    return batch


def next_round(batch, names, execution_id, now):
    """Ask again."""
    for name in names:
        player = batch["players"].get(name, {"attempt": 0, "seen": []})
        batch["players"][name] = {**player, "state": "owed", "attempt": player["attempt"] + 1}
    return {**batch, "round": batch["round"] + 1, "execution_id": execution_id, "round_at": now}


def figures(batch):
    states = [player["state"] for player in batch["players"].values()] if batch else []
    done = states.count("done")
    return {
        "players_requested": len(states),
        "players_completed": done,
        "players_failed": states.count("lost"),
        "coverage_percent": int(10000 * done / len(states)) / 100 if states else 0,
    }


def outcome(batch):
    done, asked = figures(batch)["players_completed"], len(batch["players"])
    if asked == 0:
        return "no_data"
    return "success" if done == asked else "partial" if done else "failed"
