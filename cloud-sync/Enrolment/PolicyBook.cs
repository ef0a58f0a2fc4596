using System.Security.Cryptography;
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
        if (Numbers(input) is { } wrong) return wrong;
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
            PickKey = PickKeyOf(input),
            PickTargetBasisPoints = input.PickTargetBasisPoints ?? 0,
            PickMaximumBasisPoints = input.PickMaximumBasisPoints ?? 0,
            PickThresholdMinor = input.PickThresholdMinor ?? 0,
            OnlinePayees = Sorted(input.OnlinePayees),
            CapturingPayees = Sorted(input.CapturingPayees),
            ReverseSeconds = input.ReverseSeconds ?? start.ReverseSeconds,
            TrustedAfter = input.TrustedAfter ?? start.TrustedAfter,
            OutlierBasisPoints = input.OutlierBasisPoints ?? 0,
            RefundDayMinor = input.RefundDayMinor ?? start.RefundDayMinor,
            Tiers = [.. (input.Tiers ?? []).OrderBy(tier => tier.Number).Select(TierOf)],
        };
    }

    /// <summary>What the encoder could not even write; the bounds are the reader's business.</summary>
    private static Refusal? Numbers(PolicyInput input)
    {
        int?[] counts =
        [
            input.SoftCount, input.HardCount, input.LowWaterBasisPoints, input.DecayMinimumBasisPoints,
            input.PickTargetBasisPoints, input.PickMaximumBasisPoints, input.TrustedAfter, input.OutlierBasisPoints,
            .. (input.Tiers ?? []).SelectMany(tier => new int?[] { tier.Number, tier.FactorBasisPoints }),
        ];
        long?[] sums =
        [
            input.FloorMinor, input.SoftCumulativeMinor, input.HardCumulativeMinor, input.AccountDayMinor,
            input.PayeeMinor, input.EdgeExposureMinor, input.PickThresholdMinor, input.RefundDayMinor,
        ];
        if (counts.Any(count => count < 0) || sums.Any(sum => sum < 0))
            return Refusal.Invalid(null, "No limit is below 0.");
        if (input.PickKey is { } key && !(key.Length == 64 && key.All(char.IsAsciiHexDigit)))
            return Refusal.Invalid("pick_key", "A pick key is 32 bytes in hex.");
        return (input.Tiers ?? []).DistinctBy(tier => tier.Number).Count() != (input.Tiers ?? []).Count
            ? Refusal.Invalid("tiers", "A tier is named once.")
            : null;
    }

    /// <summary>A sample that nobody can predict needs a key that nobody was told.</summary>
    private static byte[]? PickKeyOf(PolicyInput input) => input.PickKey is { } key
        ? Convert.FromHexString(key)
        : input.PickTargetBasisPoints > 0 || input.PickMaximumBasisPoints > 0
            ? RandomNumberGenerator.GetBytes(32)
            : null;

    private static IReadOnlyList<uint> Sorted(IReadOnlyList<uint>? payees) => [.. (payees ?? []).Distinct().Order()];

    private static Tier TierOf(TierInput tier) => new(
        tier.Number, tier.FactorBasisPoints,
        new((Evidence)tier.DenyMask, (Evidence)tier.OnlineMask, (Evidence)tier.DefaultMask), tier.WantsAttestation,
        tier.WantsScore);
}
