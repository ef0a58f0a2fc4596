namespace MqttPay.Broker.Machine;

/// <summary>
/// The last retained message of each topic, in a trie so that a wildcard filter walks only topics that match. One lock:
/// it is taken for a retained publish and for a SUBSCRIBE, never for an ordinary message.
/// </summary>
internal sealed class RetainedMessages(int countMax, long bytesMax)
{
    private readonly Lock gate = new();
    private readonly Node root = new();
    private int count;
    private long bytes;

    public int Count
    {
        get { lock (gate) return count; }
    }

    public long Bytes
    {
        get { lock (gate) return bytes; }
    }

    /// <summary>An empty payload deletes. False when there is no room for one more.</summary>
    public bool Set(Message message)
    {
        lock (gate)
        {
            if (message.Payload.IsEmpty)
            {
                Remove(root, message.Topic, true);
                return true;
            }

            var before = Find(message.Topic);
            var growth = message.Size - (before?.Size ?? 0);
            if (bytes + growth > bytesMax || (before is null && count == countMax)) return false;
            var node = root;
            var rest = message.Topic;
            var more = true;
            while (TopicFilter.Next(ref rest, ref more, out var level)) node = node.Child(level);
            node.Message = message;
            bytes += growth;
            if (before is null) count++;
            return true;
        }
    }

    public void Match(ReadOnlySpan<byte> filter, long now, List<Message> found)
    {
        lock (gate) Match(root, filter, true, found, true);
        found.RemoveAll(message => message.ExpiredAt(now));
    }

    public void Purge(long now)
    {
        lock (gate)
        {
            var expired = new List<Message>();
            Collect(root, expired, false);
            foreach (var message in expired.Where(message => message.ExpiredAt(now))) Remove(root, message.Topic, true);
        }
    }

    private Message? Find(ReadOnlySpan<byte> topic)
    {
        var node = root;
        var more = true;
        while (TopicFilter.Next(ref topic, ref more, out var level))
        {
            if (!node.TryChild(level, out node)) return null;
        }

        return node.Message;
    }

    private static void Match(Node node, ReadOnlySpan<byte> rest, bool more, List<Message> found, bool top)
    {
        if (!TopicFilter.Next(ref rest, ref more, out var level))
        {
            if (node.Message is { } message) found.Add(message);
            return;
        }

        if (level is [(byte)'#'])
        {
            Collect(node, found, top);
        }
        else if (level is [(byte)'+'])
        {
            foreach (var (name, child) in node.Children)
            {
                if (!top || name is not [(byte)'$', ..]) Match(child, rest, more, found, false);
            }
        }
        else if (node.TryChild(level, out var child))
        {
            Match(child, rest, more, found, false);
        }
    }

    private static void Collect(Node node, List<Message> found, bool skipDollar)
    {
        if (node.Message is { } message) found.Add(message);
        foreach (var (name, child) in node.Children)
        {
            if (!skipDollar || name is not [(byte)'$', ..]) Collect(child, found, false);
        }
    }

    private void Remove(Node node, ReadOnlySpan<byte> rest, bool more)
    {
        if (!TopicFilter.Next(ref rest, ref more, out var level))
        {
            if (node.Message is null) return;
            bytes -= node.Message.Size;
            count--;
            node.Message = null;
            return;
        }

        if (!node.TryChild(level, out var child)) return;
        Remove(child, rest, more);
        if (child.Message is null && child.Children.Count == 0) node.Drop(level);
    }

    private sealed class Node
    {
        public Message? Message { get; set; }

        public Dictionary<byte[], Node> Children { get; } = new(Utf8Keys.Instance);

        public bool TryChild(ReadOnlySpan<byte> level, out Node child) =>
            Children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out child!);

        public Node Child(ReadOnlySpan<byte> level)
        {
            if (TryChild(level, out var child)) return child;
            return Children[level.ToArray()] = new();
        }

        public void Drop(ReadOnlySpan<byte> level) => Children.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(level);
    }
}
