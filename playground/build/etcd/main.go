// Command etcd is the etcd server as upstream builds it; `go install` refuses upstream's module for its replace lines.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
