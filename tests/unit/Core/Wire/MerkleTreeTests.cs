using System.Security.Cryptography;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

public sealed class MerkleTreeTests
{
    private static readonly Hash[] Leaves =
        [.. Enumerable.Range(0, 300).Select(i => Hash.Of([(byte)(i & 0xff), (byte)(i >> 8)]))];

    [Fact]
    public void Roots_are_those_of_the_recursion_of_rfc_9162()
    {
        for (var count = 1; count <= Leaves.Length; count++)
            Assert.Equal(Naive(Leaves.AsSpan(0, count)), MerkleTree.Root(Leaves.AsSpan(0, count)));
    }

    [Fact]
    public void Paths_are_those_of_the_recursion_of_rfc_9162_and_verify()
    {
        for (var count = 1; count <= Leaves.Length; count++)
        {
            var leaves = Leaves.AsSpan(0, count);
            var paths = MerkleTree.Paths(leaves, out var root);
            Assert.Equal(Naive(leaves), root);
            for (var index = 0; index < count; index++)
            {
                if (count <= 40 || count % 64 <= 1) Assert.Equal(NaivePath(leaves, index), paths[index]);
                Assert.True(MerkleTree.Verify(leaves[index], index, count, paths[index], root), $"{index} of {count}");
            }
        }
    }

    [Fact]
    public void One_path_alone_is_the_same_as_among_all()
    {
        foreach (var count in (int[])[1, 2, 3, 7, 64, 65, 300])
        {
            var paths = MerkleTree.Paths(Leaves.AsSpan(0, count), out _);
            for (var index = 0; index < count; index++)
                Assert.Equal(paths[index], MerkleTree.Path(Leaves.AsSpan(0, count), index));
        }
    }

    [Fact]
    public void A_leaf_alone_is_the_tree_with_an_empty_path()
    {
        Assert.Equal(Leaves[0], MerkleTree.Root([Leaves[0]]));
        Assert.Empty(MerkleTree.Path([Leaves[0]], 0));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(67)]
    public void Refuses_another_place_a_longer_a_shorter_or_a_changed_path(int count)
    {
        var leaves = Leaves.AsSpan(0, count);
        var paths = MerkleTree.Paths(leaves, out var root);
        for (var index = 0; index < count; index++)
        {
            var (leaf, path) = (leaves[index], paths[index]);
            Assert.False(MerkleTree.Verify(leaf, (index + 1) % count, count, path, root));
            Assert.False(MerkleTree.Verify(leaf, index, count, [.. path, .. new byte[32]], root));
            Assert.False(MerkleTree.Verify(leaf, index, count, path.AsSpan(32), root));
            Assert.False(MerkleTree.Verify(leaf, index, count, path.AsSpan(1), root));
            Assert.False(MerkleTree.Verify(leaf, -1, count, path, root));
            Assert.False(MerkleTree.Verify(leaf, count, count, path, root));
            Assert.False(MerkleTree.Verify(Leaves[299], index, count, path, root));
            var changed = (byte[])path.Clone();
            changed[^1] ^= 1;
            Assert.False(MerkleTree.Verify(leaf, index, count, changed, root));
        }
    }

    private static Hash Naive(ReadOnlySpan<Hash> leaves)
    {
        if (leaves.Length == 1) return leaves[0];
        var split = Split(leaves.Length);
        return Node(Naive(leaves[..split]), Naive(leaves[split..]));
    }

    private static byte[] NaivePath(ReadOnlySpan<Hash> leaves, int index)
    {
        if (leaves.Length == 1) return [];
        var split = Split(leaves.Length);
        return index < split
            ? [.. NaivePath(leaves[..split], index), .. Naive(leaves[split..]).ToArray()]
            : [.. NaivePath(leaves[split..], index - split), .. Naive(leaves[..split]).ToArray()];
    }

    /// <summary>The largest power of two below a count.</summary>
    private static int Split(int count)
    {
        var split = 1;
        while (split * 2 < count) split *= 2;
        return split;
    }

    private static Hash Node(Hash left, Hash right) =>
        Hash.Read(SHA256.HashData([0x01, .. left.ToArray(), .. right.ToArray()]));
}
