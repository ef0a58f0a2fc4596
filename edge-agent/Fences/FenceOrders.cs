using System.Globalization;
using MqttPay.EdgeAgent.Storage;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Host.Cli;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Fences;

/// <summary>
/// The cloud's signed orders to go on under a new fence, one file each. Without any the fence is 1. An order counts
/// from when its file has its name: a power cut before leaves the old fence, one after it the new.
/// </summary>
internal sealed class FenceOrders(IDisk disk, string data, uint edge, CloudDocuments documents)
{
    private const string Extension = ".cose";
    private const string Unfinished = ".new";
    private const int SizeMax = 1_024;

    private readonly string folder = Path.Combine(data, "fences");

    /// <summary>All orders by rising fence.</summary>
    /// <param name="settle">
    /// Whether the edge is going to act on them. A killed process may have renamed without a sync: what was seen once
    /// has to be there after the next power cut too.
    /// </param>
    /// <exception cref="VerbException">A file that is no order of the cloud: somebody has been here.</exception>
    public IReadOnlyList<Ack> Load(bool settle)
    {
        var orders = disk.List(folder)
            .Where(static name => name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(Read).OrderBy(static order => order.Fence).ToArray();
        if (!settle || orders.Length == 0) return orders;
        JournalFolders.Make(disk, data, folder);
        disk.SyncFolder(folder);
        return orders;
    }

    /// <summary>
    /// Keeps an order. Durable when this returns it; null when it is not the cloud's, not newer, not ours.
    /// </summary>
    /// <param name="fence">The fence in force.</param>
    public Ack? Take(byte[] message, uint fence)
    {
        if (Open(message) is not { } order || order.Edge != edge || order.Fence <= fence) return null;
        JournalFolders.Make(disk, data, folder);
        var path = PathOf(order.Fence);
        if (disk.List(folder).Contains(Path.GetFileName(path) + Unfinished)) disk.Delete(path + Unfinished);
        using (var file = disk.Create(path + Unfinished, message.Length))
        {
            file.Write(0, message);
            file.SyncAll();
        }

        disk.Rename(path + Unfinished, path);
        disk.SyncFolder(folder);
        return order;
    }

    private Ack Read(string name)
    {
        using var file = disk.Open(Path.Combine(folder, name), writable: false);
        var bytes = new byte[Math.Min(file.Length, SizeMax)];
        var message = bytes[..file.Read(0, bytes)];
        return Open(message) is { } order && order.Edge == edge && name == Path.GetFileName(PathOf(order.Fence))
            ? order
            : throw new VerbException(
                ExitCode.Failed, $"MP5004 {Path.Combine(folder, name)} is no order of the cloud to this edge");
    }

    private Ack? Open(byte[] message) => documents.Open<Ack>(MessageKind.Fence, message, AckCodec.TryParse);

    private string PathOf(uint fence) =>
        Path.Combine(folder, fence.ToString(CultureInfo.InvariantCulture) + Extension);
}
