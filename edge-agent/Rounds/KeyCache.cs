using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// Live key objects of one worker, the least recently used leaving first: an ES256 key takes about 4.5 kB.
/// </summary>
internal sealed class KeyCache(int capacity) : IDisposable
{
    private readonly Dictionary<KeyId, LinkedListNode<(PublicKey Key, VerifyingKey? Live)>> byId = [];
    private readonly LinkedList<(PublicKey Key, VerifyingKey? Live)> byUse = [];

    /// <summary>Returns null for a key that is no point on its curve.</summary>
    public VerifyingKey? Get(PublicKey key)
    {
        if (byId.TryGetValue(key.Id, out var node) && node.Value.Key.Equals(key))
        {
            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value.Live;
        }

        if (node is not null) Remove(node);
        if (byId.Count >= capacity) Remove(byUse.Last!);
        var live = VerifyingKey.TryCreate(key);
        byId[key.Id] = byUse.AddFirst((key, live));
        return live;
    }

    public void Dispose()
    {
        foreach (var (_, live) in byUse) live?.Dispose();
    }

    private void Remove(LinkedListNode<(PublicKey Key, VerifyingKey? Live)> node)
    {
        node.Value.Live?.Dispose();
        byUse.Remove(node);
        byId.Remove(node.Value.Key.Id);
    }
}
