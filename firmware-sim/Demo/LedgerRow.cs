using System.Text.Json;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>A payment as the cloud's ledger lists it.</summary>
internal sealed record LedgerRow(string PaymentId, string Operation, long PaidMinor, long HeldMinor, long Lease)
{
    public static LedgerRow Of(JsonElement row) => new(
        Bare(row.GetProperty("payment_id").ToString()), row.GetProperty("operation").ToString().ToLowerInvariant(),
        Number(row, "paid_minor"), Number(row, "held_minor"), Number(row, "lease"));

    /// <summary>Ids are compared as 32 hex digits, whatever prefix or dashes they are shown with.</summary>
    private static string Bare(string id) =>
        (id.StartsWith("pay_", StringComparison.Ordinal) ? id[4..] : id).Replace("-", "", StringComparison.Ordinal)
        .ToLowerInvariant();

    private static long Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetInt64() : 0;
}
