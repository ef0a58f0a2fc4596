using LiteDB;
using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>Rows as LiteDB's documents and back. Names are short: LiteDB stores them in every document.</summary>
internal static class RowDocuments
{
    public static BsonDocument Of(DecisionRow row)
    {
        var payment = new byte[PaymentId.Size];
        row.Payment.Write(payment);
        var document = new BsonDocument
        {
            ["_id"] = row.Id,
            ["rd"] = row.Round,
            ["py"] = payment,
            ["kd"] = OfKid(row.Name.Kid),
            ["ep"] = (long)row.Name.Epoch,
            ["sq"] = row.Name.Sequence,
            ["op"] = (int)row.Operation,
            ["cd"] = (int)row.Code,
            ["as"] = row.AskedMinor,
            ["am"] = row.AmountMinor,
            ["cu"] = row.Currency,
            ["ls"] = row.Lease,
            ["ev"] = (long)row.Evidence,
            ["po"] = (long)row.Policy,
            ["ut"] = (long)row.Unix,
        };
        if (row.DeviceTime is { } time) document["dt"] = (long)time;
        return document;
    }

    public static DecisionRow ToDecision(BsonDocument document) => new(
        document["_id"].AsInt64 >> 16,
        (int)(document["_id"].AsInt64 & 0xFFFF),
        document["rd"].AsInt64,
        PaymentId.Read(document["py"].AsBinary),
        new(ToKid(document["kd"]), checked((uint)document["ep"].AsInt64), document["sq"].AsInt64),
        (Operation)document["op"].AsInt32,
        (DecisionCode)document["cd"].AsInt32,
        document["as"].AsInt64,
        document["am"].AsInt64,
        document["cu"].AsInt32,
        document["ls"].AsInt64,
        (Evidence)checked((uint)document["ev"].AsInt64),
        checked((uint)document["po"].AsInt64),
        document["dt"] is { IsNull: false } time ? checked((uint)time.AsInt64) : null,
        checked((uint)document["ut"].AsInt64));

    public static BsonDocument Of(LeaseRow row) => new()
    {
        ["_id"] = row.Lease,
        ["ac"] = row.Account is { } account ? unchecked((long)account.Value) : BsonValue.Null,
        ["cu"] = row.Currency,
        ["li"] = row.LimitMinor,
        ["sp"] = row.SpentMinor,
        ["st"] = (int)row.State,
        ["oh"] = row.OpenHolds,
    };

    public static LeaseRow ToLease(BsonDocument document) => new(
        document["_id"].AsInt64,
        document["ac"] is { IsNull: false } account ? new AccountId(unchecked((ulong)account.AsInt64)) : null,
        document["cu"].AsInt32,
        document["li"].AsInt64,
        document["sp"].AsInt64,
        (LeaseState)document["st"].AsInt32,
        document["oh"].AsInt32);

    public static BsonDocument Of(DeviceRow row) => new()
    {
        ["_id"] = OfKid(row.Kid),
        ["ep"] = (long)row.Epoch,
        ["sq"] = row.Sequence,
        ["de"] = row.Denied,
    };

    public static DeviceRow ToDevice(BsonDocument document) => new(
        ToKid(document["_id"]),
        checked((uint)document["ep"].AsInt64),
        document["sq"].AsInt64,
        document["de"].AsBoolean);

    public static BsonDocument Of(HoldRow row)
    {
        var payment = new byte[PaymentId.Size];
        row.Payment.Write(payment);
        return new()
        {
            ["_id"] = payment,
            ["kd"] = OfKid(row.Name.Kid),
            ["ep"] = (long)row.Name.Epoch,
            ["sq"] = row.Name.Sequence,
            ["ls"] = row.Lease,
            ["cu"] = row.Currency,
            ["am"] = row.AmountMinor,
        };
    }

    public static HoldRow ToHold(BsonDocument document) => new(
        new(ToKid(document["kd"]), checked((uint)document["ep"].AsInt64), document["sq"].AsInt64),
        document["ls"].AsInt64,
        document["cu"].AsInt32,
        document["am"].AsInt64);

    // LiteDB has no unsigned numbers; only equality is asked of these.
    private static long OfKid(KeyId kid) => unchecked((long)kid.Value);

    private static KeyId ToKid(BsonValue value) => new(unchecked((ulong)value.AsInt64));
}
