using System.Collections.Concurrent;

namespace MqttPay.Broker.Machine;

/// <summary>
/// Exact topics in a hash map, wildcard filters in a trie by level. Readers take no lock: they see arrays that are
/// replaced whole. The lock is for writers only.
/// </summary>
internal sealed class SubscriptionIndex
{
    private readonly Lock writing = new();
    private readonly ConcurrentDictionary<byte[], Subscription[]> exact = new(Utf8Keys.Instance);
    private readonly Node root = new();

    /// <summary>
    /// Adds the subscription, or puts it in the place of the session's earlier one; true when it is new.
    /// </summary>
    public bool Add(Subscription subscription)
    {
        lock (writing)
        {
            if (!TopicFilter.HasWildcard(subscription.Filter))
            {
                var before = exact.GetValueOrDefault(subscription.Filter, []);
                exact[subscription.Filter] = With(before, subscription, out var added);
                return added;
            }

            var node = root;
            ReadOnlySpan<byte> rest = subscription.Filter;
            var more = true;
            while (TopicFilter.Next(ref rest, ref more, out var level)) node = node.Child(level);
            node.Subscriptions = With(node.Subscriptions, subscription, out var isNew);
            return isNew;
        }
    }

    public bool Remove(Session session, byte[] filter)
    {
        lock (writing)
        {
            if (TopicFilter.HasWildcard(filter)) return Remove(root, filter, true, session);
            if (!exact.TryGetValue(filter, out var before)) return false;
            var after = Without(before, session);
            if (after.Length == 0) exact.TryRemove(filter, out _);
            else exact[filter] = after;
            return after.Length < before.Length;
        }
    }

    /// <summary>
    /// Appends every subscription that the topic meets; overlapping ones of a session come more than once.
    /// </summary>
    public void Match(ReadOnlySpan<byte> topic, List<Subscription> found)
    {
        if (exact.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(topic, out var direct)) found.AddRange(direct);
        if (!root.Empty) Match(root, topic, true, found, topic.StartsWith("$"u8));
    }

    private static void Match(Node node, ReadOnlySpan<byte> rest, bool more, List<Subscription> found, bool dollar)
    {
        if (!dollar && node.Rest is { } below) found.AddRange(below.Subscriptions);
        if (!TopicFilter.Next(ref rest, ref more, out var level))
        {
            found.AddRange(node.Subscriptions);
            return;
        }

        if (!dollar && node.One is { } any) Match(any, rest, more, found, false);
        if (node.TryChild(level, out var child)) Match(child, rest, more, found, false);
    }

    private static bool Remove(Node node, ReadOnlySpan<byte> rest, bool more, Session session)
    {
        if (!TopicFilter.Next(ref rest, ref more, out var level))
        {
            var before = node.Subscriptions;
            node.Subscriptions = Without(before, session);
            return node.Subscriptions.Length < before.Length;
        }

        if (!node.TryFind(level, out var child) || !Remove(child, rest, more, session)) return false;
        if (child.Empty) node.Drop(level);
        return true;
    }

    private static Subscription[] With(Subscription[] before, Subscription added, out bool isNew)
    {
        var at = Array.FindIndex(before, each => ReferenceEquals(each.Session, added.Session));
        isNew = at < 0;
        if (isNew) return [.. before, added];
        var after = (Subscription[])before.Clone();
        after[at] = added;
        return after;
    }

    private static Subscription[] Without(Subscription[] before, Session session) =>
        Array.FindAll(before, each => !ReferenceEquals(each.Session, session));

    private sealed class Node
    {
        private readonly ConcurrentDictionary<byte[], Node> children = new(1, 0, Utf8Keys.Instance);
        private volatile Subscription[] subscriptions = [];
        private volatile Node? one;
        private volatile Node? rest;

        public Subscription[] Subscriptions
        {
            get => subscriptions;
            set => subscriptions = value;
        }

        public Node? One => one;

        public Node? Rest => rest;

        public bool Empty => subscriptions.Length == 0 && one is null && rest is null && children.IsEmpty;

        public Node Child(ReadOnlySpan<byte> level) => level switch
        {
            [(byte)'+'] => one ??= new(),
            [(byte)'#'] => rest ??= new(),
            _ => children.GetOrAdd(level.ToArray(), static _ => new()),
        };

        public bool TryChild(ReadOnlySpan<byte> level, out Node child) =>
            children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out child!);

        public bool TryFind(ReadOnlySpan<byte> level, out Node child)
        {
            if (level is not ([(byte)'+'] or [(byte)'#'])) return TryChild(level, out child);
            child = (level[0] == (byte)'+' ? one : rest)!;
            return child is not null;
        }

        public void Drop(ReadOnlySpan<byte> level)
        {
            if (level is [(byte)'+']) one = null;
            else if (level is [(byte)'#']) rest = null;
            else children.TryRemove(level.ToArray(), out _);
        }
    }
}
