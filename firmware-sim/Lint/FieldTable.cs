using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>The names of the labels of every signed map, as in the wire page.</summary>
internal static class FieldTable
{
    private static readonly string[] Request =
    [
        "operation", "epoch", "sequence", "account", "amount", "currency", "device time", "previous digest",
        "reference sequence", "last receipt", "context", "flags", "edge", "payee", "reference payment", "tick",
    ];

    private static readonly string[] Round =
        ["edge", "fence", "incarnation", "round", "count", "previous root", "tree", "time"];

    private static readonly string[] Config =
        ["kid", "version", "epoch", "edge", "edge key", "currency", "time", "minor version"];

    private static readonly string[] Grant =
        ["lease", "edge", "fence", "account", "currency", "amount", "time", "spend seconds", "policy", "ask"];

    private static readonly string[] Ack = ["edge", "fence", "round", "root"];

    private static readonly string[] Policy =
    [
        "version", "currency", "deny mask", "online mask", "default mask", "floor", "soft count", "hard count",
        "soft sum", "hard sum", "account per day", "payee", "edge exposure", "low water (1/10000)", "grace seconds",
        "decay seconds", "decay minimum (1/10000)", "hold seconds", "pick key", "pick target (1/10000)",
        "pick maximum (1/10000)", "pick threshold", "online payees", "capturing payees", "reverse seconds",
        "trusted after", "outlier (1/10000)", "refunds per day", "tiers",
    ];

    private static readonly string[] DenyList = ["version", "keys"];

    private static readonly string[] Roster = ["version", "edge", "payee", "payees", "devices"];

    private static readonly string[] Decision =
        ["epoch", "sequence", "code", "amount", "evidence", "lease", "hold seconds", "policy"];

    public static string Title(MessageKind kind) => kind switch
    {
        MessageKind.Request => "request",
        MessageKind.Round => "signed round",
        MessageKind.Config => "device configuration",
        MessageKind.Grant => "lease grant",
        MessageKind.Ack => "acknowledgement or new fence",
        MessageKind.Fence => "new fence",
        MessageKind.Policy => "policy",
        MessageKind.DenyList => "deny list",
        MessageKind.Roster => "roster",
        _ => throw new InvalidOperationException($"No title for {kind}."),
    };

    public static string NameOf(MessageKind kind, ulong label) => Name(
        kind switch
        {
            MessageKind.Request => Request,
            MessageKind.Round => Round,
            MessageKind.Config => Config,
            MessageKind.Grant => Grant,
            MessageKind.Ack or MessageKind.Fence => Ack,
            MessageKind.Policy => Policy,
            MessageKind.DenyList => DenyList,
            MessageKind.Roster => Roster,
            _ => throw new InvalidOperationException($"No labels for {kind}."),
        },
        label);

    public static string NameOfDecision(ulong label) => Name(Decision, label);

    private static string Name(string[] names, ulong label) =>
        label >= 1 && label <= (ulong)names.Length ? names[label - 1] : $"unknown label {label}";
}
