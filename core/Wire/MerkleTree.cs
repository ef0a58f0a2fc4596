using System.Security.Cryptography;
using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// The tree over the leaves of a round, shaped as in RFC 9162: split at the largest power of two below n.
/// </summary>
public static class MerkleTree
{
    public static Hash Root(ReadOnlySpan<Hash> leaves)
    {
        Invariant.Holds(!leaves.IsEmpty);
        var level = leaves.ToArray();
        for (var count = level.Length; count > 1;) count = Raise(level, count);
        return level[0];
    }

    /// <summary>The siblings from the leaf up to the tree, 32 bytes each.</summary>
    public static byte[] Path(ReadOnlySpan<Hash> leaves, int index)
    {
        Invariant.Holds(index >= 0 && index < leaves.Length);
        var level = leaves.ToArray();
        var path = new List<Hash>();
        for (var count = level.Length; count > 1; index >>= 1)
        {
            if ((index ^ 1) < count) path.Add(level[index ^ 1]);
            count = Raise(level, count);
        }
        return Concatenate(path);
    }

    /// <summary>All paths at once: hashes each node once, so it is what a round uses.</summary>
    public static byte[][] Paths(ReadOnlySpan<Hash> leaves, out Hash root)
    {
        Invariant.Holds(!leaves.IsEmpty);
        var level = leaves.ToArray();
        var paths = new List<Hash>[leaves.Length];
        for (var i = 0; i < paths.Length; i++) paths[i] = new(10);
        var height = 0;
        for (var count = level.Length; count > 1; height++)
        {
            for (var i = 0; i < paths.Length; i++)
                if (((i >> height) ^ 1) is var sibling && sibling < count) paths[i].Add(level[sibling]);
            count = Raise(level, count);
        }
        root = level[0];
        return System.Array.ConvertAll(paths, Concatenate);
    }

    /// <summary>Walks the path from the leaf as RFC 9162, 2.1.3.2; a path too short or too long is refused.</summary>
    public static bool Verify(Hash leaf, int index, int count, ReadOnlySpan<byte> path, Hash tree)
    {
        if (index < 0 || index >= count || path.Length % Hash.Size != 0) return false;
        var (node, last) = (index, count - 1);
        for (; !path.IsEmpty; path = path[Hash.Size..])
        {
            if (last == 0) return false;
            var sibling = Hash.Read(path);
            if ((node & 1) == 1 || node == last)
            {
                leaf = Node(sibling, leaf);
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                leaf = Node(leaf, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && leaf == tree;
    }

    /// <summary>Hashes one level into the next, in place; a last node without sibling rises as it is.</summary>
    private static int Raise(Hash[] level, int count)
    {
        for (var i = 0; i + 1 < count; i += 2) level[i / 2] = Node(level[i], level[i + 1]);
        if (count % 2 == 1) level[count / 2] = level[count - 1];
        return (count + 1) / 2;
    }

    private static Hash Node(Hash left, Hash right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Hash.Size];
        input[0] = 0x01;
        left.Write(input[1..]);
        right.Write(input[33..]);
        Span<byte> hash = stackalloc byte[Hash.Size];
        SHA256.HashData(input, hash);
        return Hash.Read(hash);
    }

    private static byte[] Concatenate(List<Hash> hashes)
    {
        var bytes = new byte[hashes.Count * Hash.Size];
        for (var i = 0; i < hashes.Count; i++) hashes[i].Write(bytes.AsSpan(i * Hash.Size));
        return bytes;
    }
}
