using System.Text.Json;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// Every checked final reply of a device, one JSON line each, appended and synced: a truth that no server holds.
/// </summary>
internal sealed class ReceiptBook(string path) : IDisposable
{
    private readonly FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public const string Ending = ".receipts";

    /// <summary>Every checked final reply that any device of a folder holds, read back from disk.</summary>
    public static IReadOnlyList<KeptReceipt> ReadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*" + Ending).Order(StringComparer.Ordinal).SelectMany(Read)];

    public void Append(KeptReceipt receipt)
    {
        var line = new Line(
            receipt.Name.Kid.ToString(), receipt.Name.Epoch, receipt.Name.Sequence, receipt.Operation, receipt.Held,
            receipt.AskedMinor, (int)receipt.Code, receipt.AmountMinor, receipt.Lease, receipt.Edge, receipt.Fence,
            receipt.Round, Convert.ToHexStringLower(receipt.Request), Convert.ToHexStringLower(receipt.Reply));
        file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line), (byte)'\n']);
        file.Flush(flushToDisk: true);
    }

    /// <summary>
    /// Reads a book. A reply that was stored twice (the device lost power in between) is one receipt.
    /// </summary>
    public static IReadOnlyList<KeptReceipt> Read(string path)
    {
        if (!File.Exists(path)) return [];
        var kept = new Dictionary<RequestName, KeptReceipt>();
        foreach (var text in File.ReadLines(path))
            if (Parse(text) is { } receipt)
                kept[receipt.Name] = receipt;
        return [.. kept.Values];
    }

    public void Dispose() => file.Dispose();

    private static KeptReceipt? Parse(string text)
    {
        try
        {
            var line = JsonSerializer.Deserialize<Line>(text)!;
            var name = new RequestName(KeyId.Read(Convert.FromHexString(line.Kid)), line.Epoch, line.Sequence);
            return new(
                name, line.Operation, line.Held, line.AskedMinor, (DecisionCode)line.Code, line.AmountMinor, line.Lease,
                line.Edge, line.Fence, line.Round,
                Convert.FromHexString(line.Request), Convert.FromHexString(line.Reply));
        }
        catch (JsonException)
        {
            return null;   // The last line of a book may be torn by a power cut; its reply will come again.
        }
    }

    private sealed record Line(
        string Kid, uint Epoch, long Sequence, Operation Operation, bool Held, long AskedMinor, int Code,
        long AmountMinor, long Lease, uint Edge, uint Fence, long Round, string Request, string Reply);
}
