package webhook

import (
	"net/netip"
	"slices"
)

// cloud has the addresses at which clouds hand their machines credentials and the like.
// Some are in networks that a host may be allowed to be in, and one is public. Each is
// followed by the page that documents it.
var cloud = prefixes(
	// Amazon, Azure, Google, Oracle, Akamai and others.
	"169.254.169.254/32",
	// Amazon: ECS, and EKS. In IPv6 EC2 has ::254 and EKS ::23 of a network that
	// is Amazon's own.
	//   docs.rs/aws-config, module ecs
	//   docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
	//   docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
	"169.254.170.2/32", "169.254.170.23/32", "fd00:ec2::/32",
	// Azure: the wire server, which is public by its number only.
	//   learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
	"168.63.129.16/32",
	// Google.
	//   cloud.google.com/compute/docs/metadata/querying-metadata
	"fd20:ce::254/128",
	// Oracle.
	//   The start script of the nodes of Oracle's Kubernetes Engine.
	"fd00:c1::a9fe:a9fe/128",
	// Alibaba.
	//   alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
	//   github.com/canonical/cloud-init, tests of net/ephemeral.py, for IPv6
	"100.100.100.200/32", "fd00:100::100:200/128",
	// Akamai.
	//   techdocs.akamai.com/cloud-computing/docs/metadata-service-api
	"fd00:a9fe:a9fe::1/128",
	// Scaleway.
	//   docs.cloud-init.io, data source Scaleway
	"169.254.42.42/32", "fd00:42::42/128",
	// OpenStack.
	//   specs.openstack.org, neutron-specs, metadata-add-ipv6-support
	"fe80::a9fe:a9fe/128",
)

// isCloud reports whether an address is one of those.
func isCloud(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(cloud, func(p netip.Prefix) bool { return p.Contains(addr) })
}
