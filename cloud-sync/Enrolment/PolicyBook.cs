using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Policies: signed when they are made; versions rise over all currencies.</summary>
internal sealed class PolicyBook(DocumentSigner signer)
{
    public async Task<Outcome<PolicyView>> MakeAsync(
        NpgsqlConnection connection, PolicyInput input, string madeBy, CancellationToken cancel)
    {
        if (input.Currency is < 1 or > 999) return Refusal.Invalid("currency", "A currency is its ISO 4217 number.");
        // Versions are given one at a time, so that none is skipped or given twice.
        await connection.RunAsync("lock table policy_document in share row exclusive mode", cancel);
        var last = await connection.ValueAsync<long?>("select max(version) from policy_document", cancel) ?? 0;
        var policy = Merge(input, checked((uint)(last + 1)));
        var payload = PolicyCodec.Encode(policy);
        // The reader knows every bound of the wire: what it would refuse at the gateway is refused here.
        if (PolicyCodec.TryParse(payload, out _) is not WireError.None)
            return Refusal.Invalid(null, "A limit is outside the range that a policy can hold.");
        if (!(policy.SoftCount <= policy.HardCount && policy.SoftCumulativeMinor <= policy.HardCumulativeMinor))
            return Refusal.Invalid("soft_count", "A soft limit is not above its hard one.");
        await connection.RunAsync(
            "insert into policy_document (version, currency, message, made_by) values ($1, $2, $3, $4)",
            cancel, (long)policy.Version, (short)policy.Currency, signer.Sign(MessageKind.Policy, payload), madeBy);
        return new PolicyView(policy.Version, policy.Currency);
    }

    public async Task EnsureDefaultAsync(
        NpgsqlConnection connection, int currency, string madeBy, CancellationToken cancel)
    {
        if (await NewestAsync(connection, currency, cancel) is not null) return;
        await MakeAsync(connection, new PolicyInput { Currency = currency }, madeBy, cancel);
    }

    public static Task<VersionedDocument?> NewestAsync(
        NpgsqlConnection connection, int currency, CancellationToken cancel) =>
        connection.FirstAsync(
            "select version, message from policy_document where currency = $1 order by version desc limit 1",
            r => new VersionedDocument(checked((uint)r.GetInt64(0)), r.Bytes(1)), cancel, (short)currency);

    private static Policy Merge(PolicyInput input, uint version)
    {
        var start = new Policy { Version = version, Currency = input.Currency };
        return start with
        {
            Masks = new(
                (Evidence?)input.DenyMask ?? start.Masks.Deny,
                (Evidence?)input.OnlineMask ?? start.Masks.Online,
                (Evidence?)input.DefaultMask ?? start.Masks.Default),
            FloorMinor = input.FloorMinor ?? start.FloorMinor,
            SoftCount = input.SoftCount ?? start.SoftCount,
            HardCount = input.HardCount ?? start.HardCount,
            SoftCumulativeMinor = input.SoftCumulativeMinor ?? start.SoftCumulativeMinor,
            HardCumulativeMinor = input.HardCumulativeMinor ?? start.HardCumulativeMinor,
            AccountDayMinor = input.AccountDayMinor ?? start.AccountDayMinor,
            PayeeMinor = input.PayeeMinor ?? start.PayeeMinor,
            EdgeExposureMinor = input.EdgeExposureMinor ?? start.EdgeExposureMinor,
            LowWaterBasisPoints = input.LowWaterBasisPoints ?? start.LowWaterBasisPoints,
            GraceSeconds = input.GraceSeconds ?? start.GraceSeconds,
            DecaySeconds = input.DecaySeconds ?? start.DecaySeconds,
            DecayMinimumBasisPoints = input.DecayMinimumBasisPoints ?? start.DecayMinimumBasisPoints,
            HoldSeconds = input.HoldSeconds ?? start.HoldSeconds,
        };
    }
}
