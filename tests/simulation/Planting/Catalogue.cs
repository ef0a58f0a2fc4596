using static MqttPay.Bug;
using static MqttPay.Simulation.Profiles.ProfileName;

namespace MqttPay.Simulation.Planting;

/// <summary>Every planted bug with the invariants that may name it and the seed that finds it at once.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Plant> All { get; } =
    [
        new("final reply with the append", Disk, 1, ["S2", "I7"], P1),
        new("acknowledged before durable", Swarm, 1, ["S2"], P2),
        new("durable said before the sync", Disk, 1, ["S2", "I7"], P3),
        new("damage in the middle passed over", Restore, 7, ["S3", "I7"], P6),
        new("no checksum, no tree computed again", Restore, 10, ["S3"], P7, P8),
        new("headroom off by one", Swarm, 2, ["S9", "I2"], P13),
        new("names not rebuilt", Swarm, 1, ["I4", "S9"], P14),
        new("sameness by name only", Byzantine, 1, ["I4"], P16),
        new("conflict before the signature", Byzantine, 2, ["S9", "I4"], P17),
        new("signature result ignored", Byzantine, 2, ["S7", "S9"], P18),
        new("edge not checked", Byzantine, 1, ["S9", "I5"], P19),
        new("far sequence moves the newest", Byzantine, 3, ["S9"], P20),
        new("refund refills the lease", Swarm, 1, ["I2", "S9", "I1"], P22),
        new("old lease's remainder returned", Clock, 2, ["I3", "I10"], P23),
        new("elapsed starts at 0", Clock, 1, ["I10", "S9"], P25),
        new("drift and guard left out", Clock, 33, ["I10", "S9"], P26),
        new("grant applied twice", Net, 1, ["I2", "MP9001"], P28),
        new("given back to another lease", Swarm, 1, ["I2", "MP9001"], P29),
        new("newer receipt ignored", Restore, 1, ["I9"], P30),
        new("witness without its MAC", Byzantine, 1, ["S9", "I9"], P31),
        new("incarnation starts again", Restore, 1, ["I14", "MP9001"], P32),
        new("leases of an old fence", Restore, 1, ["I9", "I2", "S4"], P33),
        new("older policy replaces a newer", Net, 4, ["I18", "I11"], P34),
        new("proof that leads nowhere", Byzantine, 1, ["S5", "S6", "I4"], P35),
        new("increment counted twice", Swarm, 1, ["S9", "S4", "I12"], P37),
        new("vouchers by arrival", Net, 1, ["I17"], P38),
        new("hold ended without its event", Swarm, 2, ["S9", "I2", "I12"], P39),
        new("inbox without bound", Overload, 1, ["S1"], P40),
        new("default mask before online", Swarm, 1, ["S9"], P44),
        new("acknowledgement of another root", Byzantine, 2, ["I8"], P45),
        new("posted again, no duplicates looked for", Net, 4, ["I5"], P46, P47),
        new("posted again", Net, 4, ["I8", "I13", "I14", "S6"], P46),
        new("rows and head in two transactions", Net, 3, ["I8", "I13", "I5"], P48),
        new("previous root not checked", Restore, 1, ["I8"], P49),
        new("the edge's word for a signature", Byzantine, 1, ["S7"], P51),
        new("reclaim without edge_loss", Restore, 1, ["I3"], P52),
    ];
}
