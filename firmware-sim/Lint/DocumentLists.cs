using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>The lists inside a policy or a roster, one line for each entry.</summary>
internal static class DocumentLists
{
    private const int Shown = 50;

    public static IEnumerable<LintField> Of(MessageKind kind, ReadOnlySpan<byte> payload, int at)
    {
        if (kind is MessageKind.Policy && PolicyCodec.TryParse(payload, out var policy) is WireError.None)
            return policy!.Tiers.Select(tier => new LintField(at, $"tier {tier.Number}", TierText(tier), 1));
        if (kind is not MessageKind.Roster || RosterCodec.TryParse(payload, out var roster) is not WireError.None)
            return [];
        var devices = roster!.Devices.Take(Shown)
            .Select(device => new LintField(at, device.Key.Id.ToString(), DeviceText(device), 1));
        return roster.Devices.Count <= Shown
            ? devices
            : devices.Append(new(at, "…", $"{roster.Devices.Count} devices in all", 1));
    }

    private static string TierText(Tier tier)
    {
        var wants = (tier.WantsAttestation ? ", wants attestation" : "") + (tier.WantsScore ? ", wants a score" : "");
        return $"limits x {tier.FactorBasisPoints}/10000, deny {tier.Masks.Deny}, online {tier.Masks.Online}, "
            + $"default {tier.Masks.Default}{wants}";
    }

    private static string DeviceText(RosterDevice device)
    {
        var accounts = string.Join(", ", device.Accounts.Select(one => $"{one.Account} ({one.Currency})"));
        var whose = device.Payee != 0 ? $"of payee {device.Payee}"
            : accounts.Length > 0 ? $"pays from {accounts}"
            : "of nobody";
        var operations = string.Join(
            ' ', Enum.GetValues<Operation>().Where(one => (device.OperationMask & (1 << (int)one)) != 0));
        return $"epoch {device.Epoch}, {whose}, {(device.Status == RosterDevice.Active ? "active" : "REVOKED")}, "
            + $"may {operations}"
            + (device.Tier == 0 ? "" : $", tier {device.Tier}")
            + (device.Attested ? ", attested" : "")
            + (device.SequenceFloor == 0 ? "" : $", sequence floor {device.SequenceFloor}");
    }
}
